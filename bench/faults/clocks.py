"""Clocks that jump, and workers that sleep for an hour (libfaketime; without it these are left out)."""

import time
from contextlib import suppress
from pathlib import Path

import psutil

from bench.faults.house import House
from bench.faults.running import Run

_LIBRARIES = ("faketime/libfaketimeMT.so.1", "faketime/libfaketime.so.1")
#: Seconds ahead of the true time, one after another; never before the true time, when nobody's post began yet.
_JUMPS = (7200, 600, 86_400, 3600, 0)
_HOUR = 3600


def _library() -> Path | None:
    found = (one for name in _LIBRARIES for one in Path("/usr/lib").glob(f"*/{name}"))
    return next(found, None)


def missing() -> str:
    """Say why time can't be faked here."""
    return "" if _library() else "libfaketime is not installed"


def fake(house: House) -> None:
    """Let every process of the installation, the database's too, read the time this file tells."""
    set_ahead(house, 0)
    house.extra = {
        "LD_PRELOAD": str(_library()),
        "FAKETIME_TIMESTAMP_FILE": str(house.folder / "time"),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def set_ahead(house: House, seconds: int) -> None:
    """Set the installation's clock so many seconds ahead of the true time."""
    (house.folder / "time.new").write_text(f"+{seconds}s")
    (house.folder / "time.new").chmod(0o644)
    (house.folder / "time.new").replace(house.folder / "time")
    house.folder.chmod(0o755)  # the database may run as somebody else


def jump(run: Run) -> None:
    """Set the clock forward and back again and again, as a wrong time server would."""
    for ahead in _JUMPS:
        time.sleep(run.seconds / (len(_JUMPS) + 1))
        set_ahead(run.house, ahead)
        run.done.append(f"{ahead} s ahead")
    time.sleep(run.seconds / (len(_JUMPS) + 1))


def pause_workers(run: Run) -> None:
    """Stop a worker where it stands, let an hour pass, let it go on."""
    hours = 0

    def injure() -> str:
        nonlocal hours
        with suppress(psutil.Error, IndexError):
            one = run.chance.choice(run.house.workers())
            one.suspend()
            hours += 1
            set_ahead(run.house, hours * _HOUR)
            time.sleep(12)
            one.resume()
            return f"worker {one.pid} slept"
        return ""

    run.until_end(2, 6, injure)
