"""Strictness for all tests. Keys and database come from ``bihuan.site.testing``."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from bihuan.kernel.clock import ground
from bihuan.kernel.flow import registry
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.selectors.divisions import forget_scopes
from bihuan.kernel.notices import applications, outbound
from bihuan.kernel.now import travel as travelling
from bihuan.lines.projects.timetables import chances
from bihuan.site.entrance import oidc

# How long something takes is measured, never tested.
hypothesis_settings.register_profile("bihuan", deadline=None)
hypothesis_settings.load_profile("bihuan")


#: Walks through pages hang on when a busy machine lets the browser run: they are tried a second time before they
#: count as failed, and the summary names them. A broken page fails twice. What shows itself only now and then
#: (races, crashes, lost answers) would hide behind a second try and gets none.
_WALKS = tuple(f"tests/e2e/test_{name}.py" for name in ("every_page", "full_loop", "problem_walk", "wall"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let walks be tried again."""
    for item in items:
        if item.nodeid.startswith(_WALKS):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture
def travel() -> Callable[..., AbstractContextManager[None]]:
    """Return the time machine: ``with travel(date(2026, 3, 2)): …``."""
    return travelling


@pytest.fixture(autouse=True)
def _dates_stay_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment written into a date field would silently lose its zone and shift by a day."""
    convert = models.DateField.to_python

    def strict(self, value):
        if type(self) is models.DateField and hasattr(value, "hour"):
            raise TypeError(f"{self}: got the moment {value!r} where a day belongs")
        return convert(self, value)

    monkeypatch.setattr(models.DateField, "to_python", strict)


@pytest.fixture(autouse=True)
def _locks_name_their_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """``select_for_update`` over a join locks the joined rows too unless told otherwise."""
    lock = models.QuerySet.select_for_update

    def strict(self, nowait=False, skip_locked=False, of=(), no_key=False):
        if self.query.select_related and not of:
            raise TypeError("select_for_update with select_related needs of=(…)")
        return lock(self, nowait=nowait, skip_locked=skip_locked, of=of, no_key=no_key)

    monkeypatch.setattr(models.QuerySet, "select_for_update", strict)


@pytest.fixture(autouse=True, scope="session")
def flush_insert_only() -> Iterator[None]:
    """Let the flush after a transactional test empty tables whose trigger refuses TRUNCATE, and the queue.

    The queue's tables are not Django's; a job left there would run in another test.
    """
    plain = DatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        free = ["SET session_replication_role = replica", "TRUNCATE procrastinate_jobs CASCADE"]
        return plain(self, [*free, *sql_list, "SET session_replication_role = DEFAULT"])

    DatabaseOperations.execute_sql_flush = flush
    yield
    DatabaseOperations.execute_sql_flush = plain


@pytest.fixture(autouse=True, scope="session")
def _other_systems_have_time() -> Iterator[None]:
    """A double is a thread of this process, and the machine that runs the whole suite is slow."""
    before, outbound.TIMEOUT = outbound.TIMEOUT, 60.0
    yield
    outbound.TIMEOUT = before


@pytest.fixture(autouse=True)
def _everybody_speaks_the_house_language() -> Iterator[None]:
    """A request leaves its language active in the thread; the next test must not write in it."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What one test stored and rolled back, or declared, must not be known to the next."""
    registry.forget()
    chances.forget()
    forget_scopes()
    ground._held = None  # whoever takes the calendar as last read must not read another test's
    applications.forget_tokens()
    oidc.forget()
    cache.clear()  # failed logins and checks of an address, counted for minutes
    declared = dict(roles._roles)
    yield
    roles._roles.clear()
    roles._roles.update(declared)
