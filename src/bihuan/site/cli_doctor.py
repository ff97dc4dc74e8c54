"""``bihuan doctor``: look at everything an installation needs, and say what is wrong, what it means, what to do."""

import time
from argparse import Namespace
from collections.abc import Iterator

from bihuan.kernel.commands import Answer, Command
from bihuan.kernel.errors import BihuanError
from bihuan.site import cli_doctor_house, cli_doctor_work
from bihuan.site.checks import Check, Look, bad, good
from bihuan.site.wording import _


def doctor(arguments: Namespace) -> Answer:
    """Run every check; findings make the exit status 1."""
    house = [check for look in cli_doctor_house.LOOKS for check in _each(look)]
    checks = [*house, *_each(_with_database)]
    ok = all(check.ok for check in checks)
    return Answer(
        {"ok": ok, "checks": [check.document() for check in checks]},
        "\n".join(check.text() for check in checks),
        exit=0 if ok else 1,
    )


def _each(look: Look) -> Iterator[Check]:
    """Yield the checks of one look; what it could not even look at is a finding."""
    import psycopg
    from django.db import DatabaseError

    name = look.__name__.strip("_")
    try:
        yield from look()
    except (DatabaseError, psycopg.Error) as error:
        yield bad(
            "database" if look is _with_database else name,
            "database.unreachable",
            str(error).strip(),
            _("nothing can be read or written; pages answer 500 and jobs wait"),
            _("start the database, or mend DATABASE_URL: host, port, login and password"),
        )
    except (BihuanError, OSError) as error:
        yield bad(
            "database" if look is _with_database else name,
            f"{name}.broken" if look is not _with_database else "database.broken",
            str(error).strip(),
            _("this could not be looked at"),
            _("mend what the message names, then ask again"),
        )


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
            yield from _each(_server)
            fits = [*_each(_schema)]
            yield from fits
            if all(check.ok for check in fits):  # the tables the others ask may not be there yet
                for look in (_role, _skew, *cli_doctor_work.LOOKS):
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
    if number >= 150000:
        yield good("database", said)
    else:
        yield bad(
            "database",
            "database.old",
            said,
            _("Bihuan is tried on PostgreSQL 15 and newer only"),
            _("move to a newer PostgreSQL: dump, restore, set DATABASE_URL"),
        )


def _schema() -> Iterator[Check]:
    from bihuan.site import boot, prepare

    if prepare.is_prepared(boot.secret("DATABASE_URL")):
        yield good("schema", _("of this version"))
    else:
        yield bad(
            "schema",
            "schema.other",
            _("of another version"),
            _("migrations are missing, or a newer Bihuan has been here: nothing is served"),
            _("run `bihuan up --prepare`; after going back to an older Bihuan restore its backup"),
        )


def _role() -> Iterator[Check]:
    from bihuan.site import grants

    (name,) = _one("SELECT current_user::text")
    if too_much := grants.excess():
        yield bad(
            "login",
            "login.excess",
            _("the login %(name)s could change the history (%(tables)s)")
            % {"name": name, "tables": ", ".join(too_much)},
            _("whoever breaks into the program could alter what was done"),
            _("give BIHUAN_OWNER_URL a login that migrates, and DATABASE_URL another one that serves"),
        )
    else:
        yield good("login", _("%s may add to the history and not change it") % name)


def _skew() -> Iterator[Check]:
    from bihuan.kernel.now import now

    before = time.monotonic()
    (there,) = _one("SELECT extract(epoch FROM clock_timestamp())::float8")
    assert isinstance(there, float)
    skew = max(0.0, abs(there - now().timestamp()) - (time.monotonic() - before))
    said = _("database and program differ by %.1f s") % skew
    if skew <= 2:
        yield good("clock", said)
    else:
        yield bad(
            "clock",
            "clock.skew",
            said,
            _("limits, locks of workers and second factors go by moments of both"),
            _("synchronise the clocks of both machines (chrony, systemd-timesyncd)"),
        )


DOCTOR = Command("doctor", _("look at everything an installation needs"), doctor, database=False)
