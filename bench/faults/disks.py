"""A disk that is full: the database on a small file system of its own, filled to the last byte and freed again."""

import os
import subprocess
import time
from contextlib import suppress

from bench.faults.house import House
from bench.faults.running import Run

_SIZE = 700 << 20  # bytes; an empty installation takes a third of it


def missing() -> str:
    """Say why a file system can't be mounted here."""
    return "" if os.getuid() == 0 else "only root mounts a file system"


def mount(house: House) -> None:
    """Lay the database's folder on a file system of its own."""
    place = house.cluster.state
    place.mkdir(parents=True, mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0700", "tmpfs", str(place)], check=True)


def unmount(house: House) -> None:
    """Take the file system away."""
    subprocess.run(["umount", "-l", str(house.cluster.state)], check=False)


def fill(run: Run) -> None:
    """Fill the disk for a while, free it, and again; the operator starts the database if it went down."""
    filler = run.house.cluster.state / "filler"

    def injure() -> str:
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"0" * (1 << 16))
        time.sleep(run.chance.uniform(5, 15))
        filler.unlink(missing_ok=True)
        went_down = not run.house.cluster.running()
        run.house.cluster.start()
        return "full, database went down" if went_down else "full"

    run.until_end(3, 8, injure)
    run.counts["database_went_down"] = sum("down" in one for one in run.done)
