"""Open and move matters: permits, stages, idempotency, races, history."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from bihuan.kernel.content.actions import erase
from bihuan.kernel.errors import BadInput, BihuanError, Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.flow import guards, registry, selectors, standing  # noqa: F401 - guards register themselves
from bihuan.kernel.flow.actions import move
from bihuan.kernel.flow.actions import open as open_matter
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.flow.telling import tell_holders
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.forms.fields import register as register_form
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind, Scope
from bihuan.kernel.identity.models import Organisation
from bihuan.kernel.ledger.selectors import history
from bihuan.kernel.now import now
from bihuan.kernel.now import travel as travelling
from bihuan.kernel.search.selectors import search
from bihuan.kernel.store.sql import run
from bihuan.logic.mechanism import Grant, Mechanism, Move, Stage
from tests.kernel.factories import make_file

PARK = 7
for name, sees in (("t_desk", "scope"), ("t_dept", "unit"), ("t_lead", "scope")):
    roles.register(roles.Role(name, "·", sees))
register_form(
    Form(
        "t.need",
        "Need",
        (Field("title", "Title", required=True), Field("phone", "Phone", "phone", cls="personal")),
    )
)
register_form(
    Form(
        "t.assign",
        "Assign",
        (Field("unit", "Unit", "unit", required=True), Field("supports", "Support", "units")),
    )
)
register_form(
    Form(
        "t.answer",
        "Answer",
        (
            Field("closing", "Kind", "choice", choices=(("solved", "Solved"), ("policy", "No"))),
            Field("reply", "Reply", "long"),
            Field("evidence", "Evidence", "files"),
            Field("basis", "Basis"),
        ),
    )
)
register_form(Form("t.note", "Note", (Field("note", "Note", "long", required=True),)))

DESK, HOLDER = Grant(role="t_desk", relation="scope"), Grant(relation="holder")
LOOP = registry.register(
    Mechanism(
        name="test.loop",
        title="Loop",
        noun="Loop",
        prefix="TL",
        stages=(
            Stage("new", "New"),
            Stage("doing", "Doing"),
            Stage("answered", "Answered"),
            Stage("done", "Done", final=True),
        ),
        moves=(
            Move("open", "Open", (), "new", (DESK, Grant("system")), form="t.need", hold="role:t_desk"),
            Move("assign", "Assign", ("new",), "doing", (DESK,), form="t.assign", hold="field"),
            Move("answer", "Answer", ("doing",), "answered", (HOLDER,), form="t.answer",
                 hold="role:t_desk", guards=("evidence_given@1", "basis_given@1"), answers=True),
            Move("verify", "Verify", ("answered",), "done", (DESK,), guards=("another_person@1",), hold="none"),
            Move("back", "Back", ("answered",), "doing", (DESK,), hold="lead"),
            Move("reopen", "Reopen", ("done",), "doing", (DESK,), guards=("reopen_left@1",), hold="lead", episode=True),
            Move("note", "Note", ("new", "doing", "answered"), "", (DESK, HOLDER, Grant(relation="support")),
                 form="t.note", commutative=True),
        ),
    )
)  # fmt: skip
desk = Actor(Kind.POST, user=1, post=11, role="t_desk", unit=100, level="park", division=PARK)
dept = Actor(Kind.POST, user=2, post=12, role="t_dept", unit=200, level="park", division=PARK)
helper = Actor(Kind.POST, user=4, post=14, role="t_dept", unit=300, level="park", division=PARK)
stranger = Actor(Kind.POST, user=3, post=13, role="t_desk", unit=900, level="park", division=8)
HERE = Scope(division=PARK, county=5, park=PARK)


@pytest.fixture(autouse=True)
def _fresh(db):
    registry.forget()
    for unit in (100, 200, 300, 900):
        Organisation.objects.create(id=unit, name=f"单位{unit}", kind="government", pinyin=f"{unit}")
    yield
    registry.forget()


def start(**more):
    return open_matter(desk, "test.loop", {"title": "道路坑洼", "phone": "13812341234"}, scope=HERE, **more)


def test_a_matter_walks_the_whole_loop_and_equals_its_history():
    made = start()
    move(desk, made.matter, "assign", {"unit": 200, "supports": [300]}, ver=1)
    move(helper, made.matter, "note", {"note": "已到现场"})
    move(dept, made.matter, "answer", {"closing": "solved", "reply": "已修", "evidence": [make_file(dept)]})
    done = move(desk, made.matter, "verify", {})
    row = selectors.matter(desk, made.matter)
    assert (row.stage, row.open, row.closing, row.title) == ("done", False, "solved", "道路坑洼")
    assert (row.first_unit, row.lead_unit, row.supports, row.handler_user) == (200, 200, (300,), 2)
    assert (row.seq, row.ver, done.seq) == (5, 4, 5)
    assert differences(made.matter) == []
    assert [h.move for h in history(made.matter)] == ["open", "assign", "note", "answer", "verify"]


def test_what_is_not_permitted_is_refused_and_what_is_not_seen_is_not_there():
    made = start()
    with pytest.raises(NotFound):
        move(stranger, made.matter, "assign", {"unit": 200})
    with pytest.raises(NotFound):
        move(dept, made.matter, "assign", {"unit": 200})
    move(desk, made.matter, "assign", {"unit": 200})
    with pytest.raises(Refused):
        move(desk, made.matter, "answer", {"closing": "policy", "basis": "x"})
    with pytest.raises(Refused):
        open_matter(stranger, "test.loop", {"title": "x"}, scope=HERE)
    with pytest.raises(BadInput):
        move(desk, made.matter, "vanish", {})


def test_bad_fields_and_guards_write_nothing():
    made = start()
    with pytest.raises(FieldErrors) as caught:
        move(desk, made.matter, "assign", {"unit": "abc", "extra": 1})
    assert set(caught.value.errors) == {"unit", "extra"}
    move(desk, made.matter, "assign", {"unit": 200})
    with pytest.raises(BadInput):
        move(dept, made.matter, "answer", {"closing": "solved", "reply": "好了"})
    with pytest.raises(BadInput):
        move(dept, made.matter, "answer", {"closing": "policy"})
    assert selectors.matter(desk, made.matter).seq == 2


def test_a_matter_goes_only_to_a_unit_that_exists():
    made = start()
    with pytest.raises(BadInput) as caught:
        move(desk, made.matter, "assign", {"unit": 200, "supports": [4711]})
    assert caught.value.where == "unit"
    assert selectors.matter(desk, made.matter).stage == "new"


def test_evidence_must_be_a_file_one_handed_in():
    made = start()
    move(desk, made.matter, "assign", {"unit": 200})
    others = make_file(stranger)
    for wrong in (4711, others):
        with pytest.raises(BihuanError):
            move(dept, made.matter, "answer", {"closing": "solved", "reply": "好了", "evidence": [wrong]})
    assert selectors.matter(desk, made.matter).stage == "doing"


def test_nobody_verifies_their_own_work():
    made = start()
    both = Actor(Kind.POST, user=2, post=99, role="t_desk", unit=100, level="park", division=PARK)
    stand_in = Actor(
        Kind.POST, user=8, post=11, role="t_desk", unit=100, level="park", division=PARK, delegated_by=2
    )
    move(desk, made.matter, "assign", {"unit": 200})
    move(dept, made.matter, "answer", {"closing": "policy", "basis": "条例"})
    for actor in (both, stand_in):
        with pytest.raises(BadInput):
            move(actor, made.matter, "verify", {})
    move(desk, made.matter, "verify", {})


def test_a_stale_page_gets_a_conflict_but_a_note_never_does():
    made = start()
    move(desk, made.matter, "assign", {"unit": 200}, ver=1)
    with pytest.raises(Conflict):
        move(desk, made.matter, "assign", {"unit": 200}, ver=1)
    move(dept, made.matter, "note", {"note": "看过了"}, ver=1)
    move(dept, made.matter, "answer", {"closing": "policy", "basis": "x"}, ver=2)


def test_the_same_request_twice_happens_once():
    made, again = start(key="k1"), start(key="k1")
    assert again.again
    assert again.matter == made.matter
    first = move(desk, made.matter, "assign", {"unit": 200}, key="k2")
    second = move(desk, made.matter, "assign", {"unit": 200}, key="k2")
    assert (first.seq, second.seq, second.again) == (2, 2, True)
    by_code = move(desk, made.code, "assign", {"unit": 200}, key="k2")
    assert (by_code.seq, by_code.again) == (2, True), "however the matter was named"
    with pytest.raises(Conflict):
        move(desk, made.matter, "assign", {"unit": 300}, key="k2")
    with pytest.raises(Conflict):
        open_matter(desk, "test.loop", {"title": "另一件"}, scope=HERE, key="k1")


def test_reopening_is_an_episode_and_ends():
    made = start()
    move(desk, made.matter, "assign", {"unit": 200})
    for _round in range(3):
        move(dept, made.matter, "answer", {"closing": "policy", "basis": "x"})
        move(desk, made.matter, "verify", {})
        if _round < 2:
            move(desk, made.matter, "reopen", {})
    with pytest.raises(BadInput):
        move(desk, made.matter, "reopen", {})
    row = selectors.matter(desk, made.matter)
    assert row.episode == 3
    assert differences(made.matter) == []


def test_lists_show_what_the_actor_may_see_newest_first():
    ids = [start().matter for _n in range(5)]
    move(desk, ids[0], "assign", {"unit": 200, "supports": [300]})
    rows, more = selectors.listed(desk, Filter(kind="test.loop"), limit=3)
    assert ([r.id for r in rows], more) == ([ids[4], ids[3], ids[2]], ids[2])
    rest, more = selectors.listed(desk, Filter(), before=more, limit=3)
    assert ([r.id for r in rest], more) == ([ids[1], ids[0]], 0)
    assert [r.id for r in selectors.listed(dept, Filter())[0]] == [ids[0]]
    assert [r.id for r in selectors.listed(helper, Filter())[0]] == [ids[0]]
    assert selectors.listed(stranger, Filter())[0] == []
    assert len(selectors.listed(SYSTEM, Filter(stage="new"))[0]) == 4
    assert [r.id for r in selectors.held(dept)] == [ids[0]]
    assert len(selectors.held(desk)) == 4
    assert [r.id for r in selectors.held(desk, limit=2, skip=3)] == [ids[4]]


def test_stages_are_counted_live_where_few_and_from_the_rollup_where_many(monkeypatch):
    ids = [start().matter for _n in range(5)]
    move(desk, ids[0], "assign", {"unit": 200, "supports": [300]})
    standing.count_standing()
    move(desk, ids[1], "assign", {"unit": 200})
    assert standing.stage_counts(desk, "test.loop")[0] == {"new": 3, "doing": 2}
    monkeypatch.setattr(standing, "_MANY", 5)
    assert standing.stage_counts(desk, "test.loop")[0] == {"new": 4, "doing": 1}
    assert standing.stage_counts(SYSTEM, "test.loop")[0] == {"new": 4, "doing": 1}
    assert standing.stage_counts(dept, "test.loop")[0] == {"doing": 2}
    assert standing.stage_counts(stranger, "test.loop")[0] == {}
    standing.count_standing()
    counts, counted = standing.stage_counts(desk, "test.loop")
    assert counts == {"new": 3, "doing": 2}
    with travelling(counted + timedelta(hours=1)):
        move(desk, ids[2], "assign", {"unit": 200})
        assert standing.stage_counts(desk, "test.loop")[0] == {"new": 2, "doing": 3}


def test_business_time_and_recorded_time_stand_apart():
    yesterday = now() - timedelta(days=1)
    made = start(at=yesterday)
    (entry,) = history(made.matter)
    assert entry.at == yesterday
    assert entry.recorded > yesterday


@pytest.mark.django_db(transaction=True)
def test_of_two_racing_moves_exactly_one_wins():
    made = start()
    move(desk, made.matter, "assign", {"unit": 200})
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def race(unit_closing):
        try:
            barrier.wait()
            move(dept, made.matter, "answer", unit_closing)
            outcomes.append("won")
        except Conflict:
            outcomes.append("lost")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=race, args=({"closing": "policy", "basis": str(n)},)) for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost", "won"]
    assert differences(made.matter) == []


@pytest.mark.django_db(transaction=True)
def test_notes_race_without_losing_one():
    made = start()
    barrier = threading.Barrier(4)

    def note(number):
        try:
            barrier.wait()
            for turn in range(5):
                move(desk, made.matter, "note", {"note": f"{number}-{turn}"})
        finally:
            connection.close()

    threads = [threading.Thread(target=note, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert selectors.matter(desk, made.matter).seq == 21
    assert differences(made.matter) == []


def test_the_holder_is_told_once_and_a_role_reaches_every_post_over_the_place():
    made = start()
    assert tell_holders() == 1  # nobody has the role over the place: who opened it is told
    move(desk, made.matter, "assign", {"unit": 200})
    assert (tell_holders(), tell_holders()) == (1, 0)
    rows = run(
        "SELECT to_unit, kind FROM notices_notice WHERE matter_id = %s ORDER BY id DESC", (made.matter,)
    )
    assert rows[0] == (200, "matter.yours")
    move(desk, start().matter, "assign", {"unit": 200})
    assert tell_holders() == 1, "of what ended before, nobody is told"
    assert run("SELECT count(*) FROM flow_span WHERE NOT told") == [(0,)]


def test_an_erased_title_is_gone_everywhere_and_the_history_still_holds():
    made = start()
    erase(SYSTEM, made.matter, field="title", reason="当事人申请")
    assert selectors.matter(desk, made.matter).title == ""
    assert search([("park", PARK)], "坑洼").hits == ()
    assert differences(made.matter) == []


def test_what_every_move_changes_no_index_uses():
    """PostgreSQL then updates the row in place: a move costs a third less, and as much less of the log."""
    moves = ["seq", "ver", "head", "title", "stage", "moved", "span", "data", "handler_user", "handler_post"]
    for table, columns in (("flow_matter", moves), ("flow_span", ["until"])):
        used = run(
            "SELECT i.relname, a.attname FROM pg_depend d JOIN pg_class i ON i.oid = d.objid AND i.relkind = 'i'"
            " JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
            " WHERE d.classid = 'pg_class'::regclass AND d.refobjid = %s::regclass AND a.attname = ANY(%s)",
            (table, columns),
        )
        assert used == []
