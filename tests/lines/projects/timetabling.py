"""A park whose projects have backward timetables, for the tests of these."""

from datetime import date

import pytest

from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.actions import move
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind, Scope
from bihuan.kernel.registers.actions import amend
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.timetables import rows
from bihuan.lines.projects.timetables.drawing import draft

PARK = 7
HERE = Scope(division=PARK, county=5, park=PARK)
TODAY = date(2026, 3, 2)


def post(user: int, role: str, unit: int, division: int = PARK) -> Actor:
    return Actor(Kind.POST, user=user, post=100 + user, role=role, unit=unit, level="park", division=division)


CENTRE = post(1, "coordinator", 100)
LEADER = post(2, "leader", 101)
OFFICER = post(3, "officer", 100)
BUREAU = post(4, "department", 200)
STRANGER = post(5, "coordinator", 900, division=8)


def project(name="智能液冷项目", scope=HERE, **fields):
    codes = {key: str(value) for key, value in fields.items()}
    return amend(CENTRE, PROJECTS, None, {"name": name, **codes}, scope=scope)


def current(project_id):
    return rows.currents([project_id]).get(project_id, rows.Current())


def node(timetable_id, key):
    return {n.key: n for n in rows.nodes([timetable_id])[timetable_id]}[key]


def approve(project_id, leader=LEADER):
    made = current(project_id).draft
    move(OFFICER, made.matter, "submit", {})
    move(leader, made.matter, "approve", {})
    return current(project_id).approved


def questions(project_id):
    return flow.listed(SYSTEM, flow.Filter(kind="projects.date", subject=project_id, open=True))[0]


def begun(**fields):
    key = project(planned_production="2028-06", kind="land", **fields)
    draft(CENTRE, key)
    return key, current(key).draft


def late_timetable(travel):
    key = project(planned_production="2027-12", signed="2026-02-02", kind="land")
    draft(CENTRE, key)
    return key, approve(key, CENTRE)


@pytest.fixture(autouse=True)
def _ground(db, travel):
    registry.forget()
    with travel(TODAY):
        yield
    registry.forget()
