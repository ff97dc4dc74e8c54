"""Who serves a project: one at a time, never nobody without a clock, hand-overs that orphan nothing."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from tests.lines.officers.town import TODAY

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import now
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.officers import actions, selectors
from bihuan.lines.officers.contracts import ANSWERS_FOR, OFFICER_OF, SERVED
from bihuan.lines.officers.duties.actions import go_round
from bihuan.lines.officers.registers import ASSIGNMENTS

pytestmark = pytest.mark.django_db
DATE = {"title": "何时投产", "asks": "missing"}


def asked(town, project):
    return flow.open(
        SYSTEM, "projects.date", DATE, scope=identity.scope_of(town.place), subject=project
    ).matter


def holder(matter):
    return run("SELECT holder_post, holder_role FROM flow_matter WHERE id = %s", (matter,))[0]


def test_one_officer_at_a_time_and_what_waited_at_the_duty_post_is_handed_on(town):
    project = town.project()
    go_round()
    (vacancy,) = town.matters("officers.vacancy")
    assert (vacancy.holder_role, vacancy.clock, vacancy.subject) == ("coordinator", "running", project)
    waiting = asked(town, project)
    centres_own = flow.open(
        town.officer, "projects.problem", {"title": "缺水", "category": "land"}, scope=identity.scope_of(town.place),
        subject=project,
    ).matter  # fmt: skip
    assert holder(waiting) == (0, "coordinator")
    actions.assign(town.coordinator, project, town.officer.post, deputy=town.second.post)
    assert holder(waiting) == (town.officer.post, "")
    assert holder(centres_own) == (0, "coordinator")
    assert town.matters("officers.vacancy")[0].stage == "filled"
    assert holder(asked(town, project)) == (town.officer.post, "")
    with pytest.raises(Conflict):
        actions.assign(town.coordinator, project, town.second.post)
    assert differences(waiting) == []


def test_the_database_refuses_two_officers_on_one_day(town):
    project = town.project()
    actions.assign(town.coordinator, project, town.officer.post)
    values = {"project": str(project), "layer": "officer", "post": str(town.second.post)}
    for days in (
        {"since": TODAY},
        {"since": TODAY + timedelta(30)},
        {"since": TODAY, "until": TODAY + timedelta(9)},
    ):
        with pytest.raises((Conflict, BadInput)), atomic():
            amend(SYSTEM, ASSIGNMENTS, None, {**values, **days}, scope=identity.scope_of(town.place))
    earlier = {"since": TODAY - timedelta(9), "until": TODAY}
    assert amend(SYSTEM, ASSIGNMENTS, None, {**values, **earlier}, scope=identity.scope_of(town.place))
    with pytest.raises(IntegrityError), atomic():
        run("UPDATE officers_assignment SET until = NULL WHERE project = %s", (project,))


def test_only_the_centre_assigns_and_only_valid_officers_of_the_place(town):
    project = town.project()
    with pytest.raises(Refused):
        actions.assign(town.officer, project, town.officer.post)
    with pytest.raises(NotFound):
        actions.assign(town.stranger, project, town.officer.post)
    elsewhere = town.person("officer", place=town.elsewhere)
    for post in (town.leader.post, elsewhere.post):
        with pytest.raises(BadInput):
            actions.assign(town.coordinator, project, post)


def test_a_hand_over_lists_what_is_open_and_moves_all_of_it_when_confirmed(town, travel):
    project, other = town.project(), town.project("另一个项目")
    for one in (project, other):
        actions.assign(town.coordinator, one, town.officer.post)
    go_round()
    mine, theirs = asked(town, project), asked(town, other)
    receipt = actions.hand_over(town.officer, project, town.second.post, why="transfer", key="h")
    assert actions.hand_over(town.officer, project, town.second.post, why="transfer", key="h").again
    with pytest.raises(Conflict):
        actions.hand_over(town.coordinator, project, town.second.post, why="transfer")
    code = run("SELECT code FROM flow_matter WHERE id = %s", (mine,))[0][0]
    assert code in actions.inventory(OFFICER_OF([project])[project])
    with pytest.raises(Refused):
        flow.move(town.officer, receipt.matter, "confirm", {})
    with travel(TODAY + timedelta(3)):
        flow.move(town.second, receipt.matter, "confirm", {})
    assert holder(mine) == (town.second.post, "")
    assert holder(theirs) == (town.officer.post, "")
    held = run("SELECT kind FROM flow_matter WHERE subject = %s AND open AND holder_post = %s ORDER BY kind",
               (project, town.second.post))  # fmt: skip
    assert [row[0] for row in held] == ["officers.contact", "officers.visit", "projects.date"]
    assert not run("SELECT 1 FROM flow_matter WHERE subject = %s AND open AND holder_post = %s",
                   (project, town.officer.post))  # fmt: skip
    assert SERVED([project], date(2026, 1, 1), date(2026, 3, 31))[project] == [
        (town.officer.post, TODAY, TODAY + timedelta(3)),
        (town.second.post, TODAY + timedelta(3), None),
    ]


def test_a_questioned_hand_over_is_completed_or_settled_by_the_centre(town):
    project = town.project()
    actions.assign(town.coordinator, project, town.officer.post)
    receipt = actions.hand_over(town.officer, project, town.second.post, why="balance")
    flow.move(town.second, receipt.matter, "question", {"note": "缺用地协议"})
    assert holder(receipt.matter) == (town.officer.post, "")
    flow.move(town.coordinator, receipt.matter, "rule", {"note": "协议在档案室"})
    assert OFFICER_OF([project])[project].post == town.second.post


def test_an_officer_who_leaves_without_a_word_leaves_nothing_behind(town, travel):
    project, covered = town.project(), town.project("有副手的项目")
    actions.assign(town.coordinator, project, town.officer.post)
    actions.assign(town.coordinator, covered, town.officer.post, deputy=town.second.post)
    go_round()
    waiting, other = asked(town, project), asked(town, covered)
    with travel(TODAY + timedelta(10)):
        people.end_post(SYSTEM, town.officer.post, now())
    with travel(TODAY + timedelta(11)):
        assert holder(asked(town, project)) == (0, "coordinator")
        done = go_round()
        assert (done.released, done.vacancies) == (2, 1)
        assert holder(waiting) == (0, "coordinator")
        assert holder(other) == (town.second.post, "")
        (vacancy,) = town.matters("officers.vacancy", is_open=True)
        assert vacancy.subject == project
        assert go_round().released == 0
        flow.move(town.coordinator, vacancy.id, "appoint", {"post": town.second.post})
        assert holder(waiting) == (town.second.post, "")
    assert not run("SELECT 1 FROM flow_matter WHERE open AND holder_post = %s", (town.officer.post,))
    assert SERVED([project], TODAY, date(2026, 3, 31))[project] == [
        (town.officer.post, TODAY, TODAY + timedelta(10)),
        (town.second.post, TODAY + timedelta(11), None),
    ]


def test_liaison_leaders_are_a_second_layer(town):
    project = town.project()
    actions.assign(town.coordinator, project, town.officer.post)
    actions.replace_leader(town.coordinator, project, town.leader.post)
    found = ANSWERS_FOR(town.coordinator, [project])[project]
    assert (found.officer.post, found.leader.post) == (town.officer.post, town.leader.post)
    assert ANSWERS_FOR(town.stranger, [project]) == {}
    other = town.person("leader")
    actions.replace_leader(town.coordinator, project, other.post)
    assert selectors.serving([project])[project, "leader"].post == other.post


def test_the_deputy_acts_while_the_officer_is_away(town, travel):
    project = town.project()
    actions.assign(town.coordinator, project, town.officer.post, deputy=town.second.post)
    assert actions.go_away(town.officer, now() + timedelta(days=3), "出差") == 1
    acting = identity.actor_of(town.second.user, town.officer.post)
    assert (acting.post, acting.delegated_by) == (town.officer.post, town.officer.user)
