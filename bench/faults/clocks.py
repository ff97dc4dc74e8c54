"""Clocks that jump, and workers that sleep for an hour.

Every process of an installation, its database too, reads the time through a small library of ours that adds what a
file says. (libfaketime 0.9.10 can't be used: under it Python's ``time.sleep`` fails or never ends.)
"""

import shutil
import struct
import subprocess
import time
from contextlib import suppress

import psutil

from bench.faults.house import House
from bench.faults.running import Run

#: Seconds ahead of the true time, one after another; never before the true time, when nobody's post began yet.
_JUMPS = (7200, 600, 86_400, 3600, 0)
_HOUR = 3600
_SOURCE = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static volatile long long *ahead;
__attribute__((constructor)) static void look(void) {
  const char *path = getenv("BENCH_AHEAD");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *seen = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
  if (seen != MAP_FAILED) ahead = seen;
  close(file);
}
int clock_gettime(clockid_t which, struct timespec *at) {
  int failed = syscall(SYS_clock_gettime, which, at);
  if (!failed && ahead && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) at->tv_sec += *ahead;
  return failed;
}
int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}
time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}
"""


def missing() -> str:
    """Say why time can't be shifted here."""
    return "" if shutil.which("cc") else "no C compiler (cc) to build the shifted clock with"


def fake(house: House) -> None:
    """Let every process of the installation, the database's too, read the time the file tells."""
    library = house.folder / "shifted.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), "-x", "c", "-"]
    subprocess.run(command, input=_SOURCE.encode(), check=True)
    set_ahead(house, 0)
    house.folder.chmod(0o755)  # the database may run as somebody else
    house.extra = {"LD_PRELOAD": str(library), "BENCH_AHEAD": str(house.folder / "ahead")}


def set_ahead(house: House, seconds: int) -> None:
    """Set the installation's clock so many seconds ahead of the true time."""
    file = house.folder / "ahead"
    file.touch(0o644)
    with file.open("r+b") as opened:  # in place: the processes look at these eight bytes
        opened.write(struct.pack("q", seconds))


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
