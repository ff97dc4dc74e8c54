"""What every benchmark needs: a durable cluster of its own, the tables, and one way to print."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bihuan.site.boot import KEYS, make_keys, new_key
from bihuan.site.cluster import OWNER, Cluster


@contextmanager
def database() -> Iterator[str]:
    """Start a durable cluster in a folder of its own, create all tables, remove it afterwards.

    Yields its URL. DATABASE_URL, if given, is used instead and must be an empty database.
    """
    state = Path(tempfile.mkdtemp(prefix="bihuan-bench-"))
    os.environ["BIHUAN_STATE"] = str(state)
    os.environ["BIHUAN_TESTING"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.site.settings")
    for name, variable in KEYS.items():
        os.environ.setdefault(variable, new_key(name))
    given = os.environ.get("DATABASE_URL")
    try:
        if given:
            _prepare()
            yield given
            return
        make_keys(state)
        cluster = Cluster(state)
        with cluster.up():
            os.environ["DATABASE_URL"] = cluster.url(role=OWNER)
            _prepare()
            yield os.environ["DATABASE_URL"]
        shutil.rmtree(cluster.home, ignore_errors=True)
    finally:
        shutil.rmtree(state, ignore_errors=True)


def peak_mb() -> int:
    """Return the most memory this process has held; ``getrusage`` would count what the parent held, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _prepare() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def main(title: str, measure: Callable[[argparse.Namespace], dict[str, Any]], **options: Any) -> int:
    """Parse ``--json`` and the benchmark's own options, measure, print a table or one JSON document."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    for name, default in options.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    args = parser.parse_args()
    result = measure(args)
    if args.json:
        json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(f"{title}\n")
        for key, value in result.items():
            sys.stdout.write(f"  {key:<28} {value}\n")
    return 0
