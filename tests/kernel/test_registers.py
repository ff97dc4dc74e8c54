"""Registers are written only by amends: dated, in the ledger, undone by compensation."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
from django.db import DatabaseError, connection, connections
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity.actors import NOBODY, SYSTEM, Scope
from bihuan.kernel.intake.actions import keep, mark_applied
from bihuan.kernel.intake.models import Batch
from bihuan.kernel.intake.plan import Plan
from bihuan.kernel.now import LOCAL
from bihuan.kernel.registers.actions import Change, Item, amend, amend_many, withdraw
from bihuan.kernel.registers.models import Amend
from bihuan.kernel.registers.registry import find
from bihuan.kernel.registers.selectors import as_of, current, history, live, proves
from bihuan.kernel.registers.undo import Kept, undo
from bihuan.kernel.store.asking import Asker
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import intake
from bihuan.lines.projects.models import Project
from bihuan.lines.projects.registers import PROJECTS
from bihuan.logic.cells import Amount
from bihuan.logic.days import Day

pytestmark = pytest.mark.django_db


def project(name="智能工厂", **changes):
    return amend(SYSTEM, PROJECTS, None, {"name": name, **changes})


def batch():
    made = keep(SYSTEM, Plan("projects", "a.xlsx", "0" * 64, 1)).pk
    mark_applied(made)
    return made


def test_values_keep_their_precision_and_their_about():
    row = project(
        started=Day.decode("2025-10"), investment_wan=Amount(Decimal("600000"), True), signed=date(2025, 3, 1)
    )
    stored = Project.objects.get(id=row)
    assert (stored.started, stored.started_precision) == (date(2025, 10, 1), "month")
    assert (stored.investment_wan, stored.investment_wan_approx) == (Decimal(600000), True)
    codes = current(PROJECTS, row)
    assert (codes["started"], codes["investment_wan"], codes["signed"]) == (
        "2025-10",
        "~600000",
        "2025-03-01",
    )


def test_every_change_is_an_entry_whose_commitments_open():
    row = project(note="甲")
    amend(SYSTEM, PROJECTS, row, {"note": "乙"}, cause="更正")
    assert [(a.seq, a.move, a.cause) for a in history(PROJECTS, row)] == [
        (1, "create", ""),
        (2, "amend", "更正"),
    ]
    assert proves(PROJECTS, row)
    assert run("SELECT seq, move FROM ledger_entry WHERE chain_id = %s ORDER BY seq", (row,)) == [
        (1, "register.create"),
        (2, "register.amend"),
    ]
    (text,) = run("SELECT string_agg(text, '') FROM ledger_entry WHERE chain_id = %s", (row,))[0]
    assert "甲" not in text
    assert "智能工厂" not in text
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE registers_amend SET changes = '{}' WHERE chain_id = %s AND seq = 2", (row,))
    assert not proves(PROJECTS, row)


def test_a_change_that_changes_nothing_leaves_no_trace():
    row = project(note="甲")
    amend(SYSTEM, PROJECTS, row, {"note": "甲"})
    assert len(history(PROJECTS, row)) == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE registers_amend SET cause = 'x'", "DELETE FROM registers_amend"]
)
def test_amends_are_never_rewritten(statement):
    project()
    with pytest.raises(DatabaseError, match="insert-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_stale_page_is_a_conflict():
    row = project()
    amend(SYSTEM, PROJECTS, row, {"note": "甲"}, ver=0)
    with pytest.raises(Conflict):
        amend(SYSTEM, PROJECTS, row, {"note": "乙"}, ver=0)
    assert current(PROJECTS, row)["note"] == "甲"


def test_the_same_request_happens_once():
    first = amend(SYSTEM, PROJECTS, None, {"name": "甲"}, key="k1")
    assert amend(SYSTEM, PROJECTS, None, {"name": "甲"}, key="k1") == first
    with pytest.raises(Conflict):
        amend(SYSTEM, PROJECTS, None, {"name": "乙"}, key="k1")
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"nonsense": "1"}, BadInput),
        ({"name": None}, BadInput),
        ({"uscc": "914303000000000000000"}, BadInput),
        ({"kind": "castle"}, BadInput),
        ({"started": "soon"}, BadInput),
        ({"investment_wan": "viel"}, BadInput),
        ({"investment_wan": -5}, BadInput),
        ({"code": "1"}, BadInput),
    ],
)
def test_what_cannot_stand_is_refused(changes, error):
    row = project()
    with pytest.raises(error):
        amend(SYSTEM, PROJECTS, row, changes)


def test_others_are_refused_too():
    with pytest.raises(Refused):
        amend(NOBODY, PROJECTS, None, {"name": "甲"})
    with pytest.raises(NotFound):
        amend(SYSTEM, PROJECTS, 99, {"name": "甲"})
    with pytest.raises(NotFound):
        find("nonsense")
    row = project()
    with pytest.raises(BadInput):
        amend_many(SYSTEM, PROJECTS, [Item({"note": Change("a")}, row), Item({"note": Change("b")}, row)])
    project("甲", code="2020-430302-35-03-012345")
    with pytest.raises(Conflict):
        project("乙", code="2020-430302-35-03-012345")


def test_as_of_any_day(travel):
    with travel(date(2026, 1, 5)):
        row = project(note="甲")
    with travel(date(2026, 2, 5)):
        amend(SYSTEM, PROJECTS, row, {"note": "乙"}, at=datetime(2026, 1, 10, 9, tzinfo=LOCAL))
    with travel(date(2026, 3, 5)):
        withdraw(SYSTEM, PROJECTS, row, cause="重复")
    assert as_of(PROJECTS, row, date(2026, 1, 4)) is None
    assert as_of(PROJECTS, row, date(2026, 1, 5))["note"] == "甲"
    assert as_of(PROJECTS, row, date(2026, 2, 4))["note"] == "甲"
    assert as_of(PROJECTS, row, date(2026, 2, 4), by="at")["note"] == "乙"
    assert as_of(PROJECTS, row, date(2026, 2, 5))["note"] == "乙"
    assert as_of(PROJECTS, row, date(2026, 3, 5)) is None
    assert current(PROJECTS, row) is None
    with pytest.raises(Conflict):
        amend(SYSTEM, PROJECTS, row, {"note": "丙"})


def test_undo_puts_back_only_what_is_still_as_written():
    row, other = project(note="甲", stage="签约"), project("乙")
    number = batch()
    amend_many(
        SYSTEM,
        PROJECTS,
        [Item({"note": Change("新", "新 "), "stage": Change("开工")}, row), Item({"name": Change("丙")})],
        batch=number,
    )
    created = Project.objects.latest("id").id
    amend(SYSTEM, PROJECTS, row, {"stage": "竣工"})
    done = undo(SYSTEM, number)
    assert (done.cells, done.withdrawn) == (1, 1)
    assert done.kept == [Kept(row, "stage", "开工", "竣工")]
    assert (current(PROJECTS, row)["note"], current(PROJECTS, row)["stage"]) == ("甲", "竣工")
    assert current(PROJECTS, created) is None
    assert Project.objects.get(id=created).withdrawn_at
    assert history(PROJECTS, row)[-1].undoes == 2
    assert len(history(PROJECTS, other)) == 1
    with pytest.raises(Conflict):
        undo(SYSTEM, number)
    with pytest.raises(NotFound):
        undo(SYSTEM, 10**9)


def test_undo_leaves_a_new_row_somebody_has_worked_on():
    number = batch()
    (row,) = amend_many(SYSTEM, PROJECTS, [Item({"name": Change("丙")})], batch=number)
    amend(SYSTEM, PROJECTS, row, {"note": "在用"})
    done = undo(SYSTEM, number)
    assert (done.withdrawn, [k.field for k in done.kept]) == (0, ["name"])
    assert current(PROJECTS, row)["note"] == "在用"


def test_scope_lies_on_the_row():
    row = amend(SYSTEM, PROJECTS, None, {"name": "甲"}, scope=Scope(9, province=1, city=2, park=9))
    stored = Project.objects.get(id=row)
    assert (stored.division, stored.province, stored.city, stored.county, stored.park) == (9, 1, 2, 0, 9)


def test_statements_do_not_grow_with_the_rows(monkeypatch):
    seen = []

    def counting(plain):
        def count(self, query, *more, **options):
            seen.append(query)
            return plain(self, query, *more, **options)

        return count

    monkeypatch.setattr(psycopg.Cursor, "execute", counting(psycopg.Cursor.execute))
    monkeypatch.setattr(Asker, "ask", counting(Asker.ask))
    amend_many(SYSTEM, PROJECTS, [Item({"name": Change(f"甲{n}")}) for n in range(3)])
    few = len(seen)
    amend_many(SYSTEM, PROJECTS, [Item({"name": Change(f"乙{n}")}) for n in range(300)])
    assert (few, len(seen) - few) == (few, few)
    assert 3 <= few <= 6
    assert Amend.objects.count() == 303


fields = st.fixed_dictionaries(
    {},
    optional={
        "note": st.sampled_from([None, "甲", "乙"]),
        "started": st.sampled_from([None, "2025", "2025-03", "2025-03-04"]),
        "investment_wan": st.sampled_from([None, "1", "~20.5"]),
        "kind": st.sampled_from([None, "land", "lease"]),
    },
)


class Rebuilt(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(fields, max_size=6))
    def test_a_row_can_be_rebuilt_from_its_amends(self, changes):
        row = project()
        for change in changes:
            amend(SYSTEM, PROJECTS, row, change)
        rebuilt = as_of(PROJECTS, row, date(2100, 1, 1))
        assert rebuilt == current(PROJECTS, row)
        assert proves(PROJECTS, row)
        stored = Project.objects.get(id=row)
        assert stored.seq == len(history(PROJECTS, row)) == stored.ver + 1
        assert run("SELECT hash FROM ledger_entry WHERE chain_id = %s AND seq = %s", (row, stored.seq)) == [
            (bytes(stored.head),)
        ]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins():
    row = project()
    gate = threading.Barrier(2)

    def change(text):
        try:
            gate.wait()
            amend(SYSTEM, PROJECTS, row, {"note": text}, ver=0)
            return "won"
        except Conflict:
            return "lost"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(change, ["甲", "乙"])) == ["lost", "won"]
    assert len(history(PROJECTS, row)) == 2


def test_batches_know_when_they_were_applied():
    number = batch()
    assert Batch.objects.get(id=number).state == "applied"
    assert Batch.objects.get(id=number).applied_at > datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(Conflict):
        mark_applied(number)


def test_live_rows_tell_how_they_were_written():
    row = amend(SYSTEM, PROJECTS, None, {"name": "甲", "investment_wan": Change("~600000", "约60亿元")})
    (found,) = live(PROJECTS)
    assert (found.id, found.written("investment_wan"), found.written("name")) == (row, "约60亿元", "")
    assert live(PROJECTS, []) == []


TABLE = "项目名称,建设单位\n甲项目,某公司\n乙项目,某公司\n"


@pytest.mark.django_db(transaction=True)
def test_the_same_import_twice_at_once_happens_once():
    gate = threading.Barrier(2)

    def run(_number):
        try:
            made = intake.plan_import(SYSTEM, io.BytesIO(TABLE.encode()), date(2026, 1, 31))
            gate.wait()
            intake.apply_import(SYSTEM, made)
            return "done"
        except Conflict:
            return "conflict"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == ["conflict", "done"]
    assert Project.objects.count() == 2
