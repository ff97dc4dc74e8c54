"""Requests schemathesis draws for the API and the Open311 door: how many were sent, whether any broke them.

``python -m bench.fuzz [--times 20] [--json]``: hours at many times; each request is undone again.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: The API by its own description, and the hotline's Open311 door by ours.
_DRAWN = ("tests/site/test_schemathesis.py", "tests/lines/hotline/test_open311_drawn.py")


def main() -> int:
    """Run the test of that name with more of everything; its exit status is ours."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", "-s", "--show-capture=no", *_DRAWN],
        env={**os.environ, "BIHUAN_FUZZ": str(given.times), "BIHUAN_FUZZ_SECONDS": "inf"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    sent = re.search(r"(\d+) requests to (\d+) operations", done.stdout)
    result = {
        "requests": int(sent[1]) if sent else 0,
        "operations": int(sent[2]) if sent else 0,
        "broken": 0 if done.returncode == 0 else len(re.findall(r"^E .*(?:5\d\d|Error)", done.stdout, re.M)),
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(result) if given.json else result)
    if done.returncode:
        sys.stderr.write(done.stdout[-8000:])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
