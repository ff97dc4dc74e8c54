"""``bihuan doctor``: look at everything an installation needs, and say what to do."""

import shutil
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bihuan.kernel.commands import Answer, Command
from bihuan.kernel.errors import BihuanError
from bihuan.site.wording import _


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it is and, when it is not well, what to do."""

    name: str
    ok: bool
    message: str


Look = Callable[[], Iterator[Check]]


def doctor(arguments: Namespace) -> Answer:
    """Run every check; findings make the exit status 1."""
    checks = [*_each(_keys), *_each(_disk), *_each(_with_database)]
    ok = all(check.ok for check in checks)
    rows = [{"name": c.name, "ok": c.ok, "message": c.message} for c in checks]
    text = "\n".join(f"{'✓' if c.ok else '✗'} {c.name}: {c.message}" for c in checks)
    return Answer({"ok": ok, "checks": rows}, text, exit=0 if ok else 1)


def _each(look: Look) -> Iterator[Check]:
    """Yield the checks of one look; what it could not even look at is a finding."""
    import psycopg
    from django.db import DatabaseError

    try:
        yield from look()
    except (BihuanError, DatabaseError, psycopg.Error, OSError) as error:
        yield Check(look.__name__.strip("_"), False, str(error).strip())


def _keys() -> Iterator[Check]:
    from bihuan.site import boot

    boot.make_keys(boot.state_dir())
    folder = boot.state_dir() / "secrets"
    for name, variable in boot.KEYS.items():
        if boot.secret(variable):
            yield Check(name, True, _("given by %s") % variable)
            continue
        mode = (folder / name).stat().st_mode & 0o777
        private = mode & 0o077 == 0 and folder.stat().st_mode & 0o077 == 0
        said = _("in %s") if private else _("others may read %s: chmod 600 it, and think of it as known")
        yield Check(name, private, said % (folder / name))


def _disk() -> Iterator[Check]:
    from bihuan.site import boot

    usage = shutil.disk_usage(boot.state_dir())
    enough = usage.free > 2 << 30 and usage.free > usage.total // 50
    said = _("%(free).1f GB free of %(total).1f GB at %(place)s")
    if not enough:
        said += _("; the database stops when it is full")
    values = {"free": usage.free / 1e9, "total": usage.total / 1e9, "place": boot.state_dir()}
    yield Check("disk", enough, said % values)


def _with_database() -> Iterator[Check]:
    from bihuan.site import boot, prepare

    with boot.surroundings():
        url = boot.secret("DATABASE_URL")
        if boot.embedded() and not prepare.is_prepared(url):
            boot.run_prepare()
        import django
        from django.db import connections

        django.setup()
        try:
            for look in (_server, _schema, _role, _skew, _calendar, _jobs, _static):
                yield from _each(look)
        finally:
            connections.close_all()


def _one(query: str) -> tuple[object, ...]:
    from bihuan.kernel.store.sql import run

    return run(query)[0]


def _server() -> Iterator[Check]:
    from bihuan.site import boot

    (number,) = _one("SELECT current_setting('server_version_num')::int")
    assert isinstance(number, int)
    kind = _("embedded") if boot.embedded() else _("given by DATABASE_URL")
    said = _("PostgreSQL %(version)s, %(kind)s") % {
        "version": f"{number // 10000}.{number % 10000}",
        "kind": kind,
    }
    if number < 150000:
        said += _("; Bihuan needs 15 or newer")
    yield Check("database", number >= 150000, said)


def _schema() -> Iterator[Check]:
    from bihuan.site import boot, prepare

    fits = prepare.is_prepared(boot.secret("DATABASE_URL"))
    said = _("of this version") if fits else _("of another version: run `bihuan up --prepare`")
    yield Check("schema", fits, said)


def _role() -> Iterator[Check]:
    from bihuan.site import grants

    (name,) = _one("SELECT current_user::text")
    if too_much := grants.excess():
        said = _(
            "the login %(name)s could change the history (%(tables)s); give BIHUAN_OWNER_URL a login"
            " that migrates, and DATABASE_URL another one that serves"
        )
        yield Check("login", False, said % {"name": name, "tables": ", ".join(too_much)})
    else:
        yield Check("login", True, _("%s may add to the history and not change it") % name)


def _skew() -> Iterator[Check]:
    from bihuan.kernel.now import now

    before = time.monotonic()
    (there,) = _one("SELECT extract(epoch FROM clock_timestamp())::float8")
    assert isinstance(there, float)
    skew = abs(there - now().timestamp()) - (time.monotonic() - before)
    said = _("database and program differ by %.1f s") % max(0.0, skew)
    if skew > 2:
        said += _("; synchronise the clocks of both machines")
    yield Check("clock", skew <= 2, said)


def _calendar() -> Iterator[Check]:
    """The State Council announces a year in the November before it; a finding earlier helps nobody."""
    from bihuan.kernel.now import today
    from bihuan.kernel.store.sql import run

    known, day = {year for (year,) in run("SELECT year FROM clock_calendarnotice")}, today()
    wanted = [day.year, day.year + 1] if day.month >= 10 else [day.year]
    missing = [year for year in wanted if year not in known]
    if missing:
        said = _("holidays of %s are not entered: limits that reach there are provisional")
        yield Check("calendar", False, said % ", ".join(map(str, missing)))
    else:
        yield Check("calendar", True, _("holidays known up to %d") % max(known, default=0))


def _jobs() -> Iterator[Check]:
    (failed,) = _one("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    assert isinstance(failed, int)
    said = _("%d jobs failed for good") % failed if failed else _("none failed")
    yield Check("jobs", failed == 0, said)


def _static() -> Iterator[Check]:
    from django.contrib.staticfiles import finders

    needed = ("vendor/htmx.min.js", "vendor/tabler.min.css", "vendor/echarts.min.js")
    missing = [name for name in needed if finders.find(name) is None]
    said = (
        _("missing: %s; run make, or install the built wheel") % ", ".join(missing)
        if missing
        else _("complete")
    )
    yield Check("browser files", not missing, said)


DOCTOR = Command("doctor", _("look at everything an installation needs"), doctor, database=False)
