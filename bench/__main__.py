"""Run every benchmark, print a table, keep the numbers: ``python -m bench [NAME …]``.

Each runs in a process of its own, one after another; ``bench/results/latest.json`` holds what
they said and on which machine. Numbers of two runs compare only on the same idle machine.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NOT_ONE = {"__init__", "__main__", "harness", "proof"}


def names() -> list[str]:
    """Return the benchmarks there are."""
    return sorted(file.stem for file in FOLDER.glob("*.py") if file.stem not in NOT_ONE)


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted name, value) of every number and word in a result."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from flat(one, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        yield name, f"{len(value)} items"
    else:
        yield name, value


def main(wanted: list[str]) -> int:
    """Run the benchmarks named (all when none is); 1 when one failed."""
    if strangers := set(wanted) - set(names()):
        sys.exit(f"no benchmark {', '.join(sorted(strangers))}; there are {', '.join(names())}")
    results: dict[str, Any] = {"machine": {"cores": os.cpu_count(), "python": platform.python_version()}}
    failed = False
    for name in wanted or names():
        print(f"\n{name}", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{name}", "--json"], stdout=subprocess.PIPE, check=False
        )
        if done.returncode != 0:
            failed = True
            print(f"  failed ({done.returncode})")
            continue
        results[name] = json.loads(done.stdout)
        for key, value in flat(results[name]):
            print(f"  {key:<44} {value:,.4g}" if isinstance(value, float) else f"  {key:<44} {value}")
    target = FOLDER / "results"
    target.mkdir(exist_ok=True)
    (target / "latest.json").write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
