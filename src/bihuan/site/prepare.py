"""Bring database and static files to this version: ``python -m bihuan.site.prepare [--static]``.

Runs as the database's owner, before anything serves. Two that start at once wait for each
other, and what is done is not done again.
"""

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

import bihuan

#: Packages whose migrations are part of the schema.
_PARTS = ("django", "django-allauth", "procrastinate")
_LOCK = 0x6269_6875  # any number nobody else locks
_TRIES, _PAUSE = 20, 5.0  # of a migration that waits for a lock; seconds between


def fingerprint() -> str:
    """Return what the schema of this version is known by."""
    seen = hashlib.sha256(" ".join(version(part) for part in _PARTS).encode())
    folders = [Path(root) for root in bihuan.__path__]
    for file in sorted(file for root in folders for file in root.glob("**/migrations/*.py")):
        seen.update(f"{file.parts[-3:]} ".encode() + file.read_bytes())
    return seen.hexdigest()[:24]


_STATED = "SELECT obj_description(to_regclass('public.django_migrations'))"


def is_prepared(url: str) -> bool:
    """Tell whether the database at ``url`` has the schema of this version."""
    with psycopg.connect(url) as connection:
        row = connection.execute(_STATED).fetchone()
    return row is not None and row[0] == _statement()


def serves(cursor: Any) -> bool:
    """Tell whether this version can serve: the database has all its migrations, and perhaps those of a later one.

    While a cluster is upgraded the earlier version goes on serving on the later schema, so no migration may
    take away what the version before it uses.
    """
    cursor.execute(_STATED)
    stated = cursor.fetchone()[0]
    if stated is None or stated == _statement():
        return stated is not None
    cursor.execute("SELECT app, name FROM django_migrations")
    return _ours() <= set(cursor.fetchall())


@cache
def _statement() -> str:
    return f"bihuan {fingerprint()}"


@cache
def _ours() -> frozenset[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None).graph.nodes)


def prepare_database() -> None:
    """Migrate, create the cache's table, grant; then write down for which version that was done."""
    from django.core.management import call_command
    from django.db import connection

    from bihuan.kernel.identity import actions
    from bihuan.site.grants import grant

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        migrate(cursor, call_command)
        call_command("createcachetable", verbosity=0)
        actions.sync_roles()
        if (role := os.environ.get("BIHUAN_APP_ROLE", "")) and role != connection.settings_dict["USER"]:
            grant(role)
        cursor.execute(f"COMMENT ON TABLE django_migrations IS '{_statement()}'")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def migrate(cursor: Any, call_command: Callable[..., object]) -> None:
    """Migrate, waiting no longer than seconds for any lock: whoever waits for one keeps everybody else out.

    A migration that got none leaves nothing behind and is tried again, for a few minutes altogether.
    """
    from django.db import OperationalError

    cursor.execute("SET lock_timeout = '5s'")
    try:
        for turn in range(_TRIES):
            try:
                call_command("migrate", interactive=False, verbosity=0)
                return
            except OperationalError as error:
                waited = isinstance(error.__cause__, psycopg.errors.LockNotAvailable)
                if not waited or turn == _TRIES - 1:
                    raise
            time.sleep(_PAUSE)
    finally:
        with suppress(OperationalError):
            cursor.execute("SET lock_timeout = 0")


def prepare_static() -> None:
    """Collect the browser's files, hashed and compressed, where the web processes find them."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256(version("whitenoise").encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda item: item[0]):
            stat = Path(storage.path(path)).stat()
            seen.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    target, stamp = Path(settings.STATIC_ROOT), Path(settings.STATIC_ROOT) / ".collected"
    if not stamp.exists() or stamp.read_text() != seen.hexdigest():
        call_command("collectstatic", interactive=False, verbosity=0, clear=target.exists())
        stamp.write_text(seen.hexdigest())


def _missing() -> list[str]:
    """Return the guards and effects that stored rules of open matters name and no code here bears."""
    from bihuan.kernel.flow.registry import missing_functions

    return missing_functions()


def environment() -> dict[str, str]:
    """Return the environment for a process of its own: as owner, knowing the application's role."""
    from bihuan.site.boot import secret

    url = secret("DATABASE_URL")
    owner = secret("BIHUAN_OWNER_URL") or url
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL_FILE"}  # it would win
    return {**kept, "DATABASE_URL": owner, "BIHUAN_APP_ROLE": unquote(urlsplit(url).username or "")}


def main() -> int:
    """Prepare, in a process started with :func:`environment`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--static", action="store_true")
    arguments = parser.parse_args()
    import django

    django.setup()
    prepare_database()
    if missing := _missing():
        sys.stderr.write(f"Open matters run under rules this program no longer knows: {', '.join(missing)}\n")
        return 1
    if arguments.static:
        prepare_static()
    return 0


if __name__ == "__main__":
    sys.exit(main())
