"""From one version to the next while people work: two sites on a replicated cluster, one after the other.

The earlier version is the newest tag before this commit, or what BIHUAN_UPGRADE_FROM names, or this very commit; its
program is taken out of the repository's history and runs with the libraries installed now. The next version is the
program as it lies here and one invented migration, so that there always is something to change.
"""

import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

from bench.faults import replicas
from bench.faults.house import PROGRAM
from bench.faults.replicas import Replicated
from bench.faults.running import Run

ROOT = Path(__file__).resolve().parents[2]
_VENDOR = Path("src/bihuan/ui/static/vendor")
_MIGRATIONS = Path("src/bihuan/kernel/flow/migrations")
_INVENTED = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("flow", "{last}")]
    operations = [migrations.RunSQL("ALTER TABLE flow_matter ADD COLUMN invented integer")]
"""
#: How long a site that is taken out of the proxy may take to finish what it is at (seconds).
_DRAIN = 60


def earlier() -> str:
    """Return the version to come from, "" where there is no history."""
    return (
        os.environ.get("BIHUAN_UPGRADE_FROM")
        or _git("describe", "--tags", "--abbrev=0", "HEAD^")
        or _git("rev-parse", "HEAD")
    )


def missing() -> str:
    """Say why it can't be tried here ("": it can)."""
    known = earlier() and _git("rev-parse", "--verify", f"{earlier()}^{{commit}}")
    return replicas.missing() if known else "no earlier version in the history"


class Upgraded(Replicated):
    """Two sites that begin with the earlier version."""

    def prepare(self, template: Path) -> None:
        """Lay out both versions, start the nodes, make keys and tables as the earlier one does."""
        old, new = self.folder / "earlier", self.folder / "next"
        old.mkdir()
        packed = subprocess.run(
            ["git", "archive", earlier(), "src"], cwd=ROOT, check=True, stdout=subprocess.PIPE
        )
        subprocess.run(["tar", "-x", "-C", str(old)], input=packed.stdout, check=True)
        shutil.copytree(ROOT / _VENDOR, old / _VENDOR)
        shutil.copytree(ROOT / "src", new / "src")
        last = sorted((new / _MIGRATIONS).glob("0*.py"))[-1].stem
        (new / _MIGRATIONS / "9999_invented.py").write_text(_INVENTED.format(last=last))
        self._becomes(old)
        super().prepare(template)

    def _becomes(self, version: Path) -> None:
        self.environment["PYTHONPATH"] = os.pathsep.join((str(version / "src"), str(ROOT)))

    def upgrade(self) -> None:
        """Bring the database to the next version while the earlier one serves, then one site after the other."""
        self._becomes(self.folder / "next")
        self.run([*PROGRAM, "up", "--prepare"])
        for n, port in enumerate(self.sites):
            self.served[n].send_signal(signal.SIGTERM)
            self.served[n].wait(_DRAIN)
            static = self.folder / f"site{n}" / "static"
            shutil.copytree(self.state / "static", static, dirs_exist_ok=True)
            self._serve(n, port)
            self.served[n] = self.served.pop()
            self._wait_site(n)

    def _wait_site(self, n: int) -> None:
        end = time.monotonic() + 240
        while b"true" not in self._get(n, "/readyz"):
            if time.monotonic() > end:
                raise TimeoutError(f"site {n} does not come up as this version: {self.said()}")
            time.sleep(0.5)


def upgrade(run: Run) -> None:
    """Upgrade under load; through the proxy every question must be answered all the time."""
    house = run.house
    assert isinstance(house, Upgraded)
    asked: list[int] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            asked.append(house.asks("/accounts/login/"))
            time.sleep(0.1)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    time.sleep(run.seconds / 4)
    begun = time.monotonic()
    house.upgrade()
    run.done.append(f"from {earlier()}")
    run.counts["upgraded_s"] = round(time.monotonic() - begun, 1)
    time.sleep(run.seconds / 4)
    over.set()
    asking.join()
    run.counts["asked"], run.counts["unanswered"] = len(asked), sum(status != 200 for status in asked)
    if run.counts["unanswered"]:
        run.broken.append(f"{run.counts['unanswered']} of {len(asked)} questions were not answered")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
