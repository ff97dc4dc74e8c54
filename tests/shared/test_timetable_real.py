"""The real key-project workbook: who gets a draft, who is asked, as the dates say."""

from collections import Counter
from datetime import date

import pytest

from bihuan.kernel.flow import registry
from bihuan.kernel.flow.selectors import Filter, listed
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.lines.projects import intake
from bihuan.lines.projects.models import Project
from bihuan.lines.projects.timetables import lights, rows, selectors
from bihuan.lines.projects.timetables.drafting import attend
from bihuan.logic.pictures.light import Light

pytestmark = [pytest.mark.django_db, pytest.mark.shared]


@pytest.fixture(autouse=True)
def _fresh():
    registry.forget()
    yield
    registry.forget()


def imported(shared_data, today):
    file = shared_data / "data" / "projects" / "重点项目台账.xlsx"
    intake.apply_import(SYSTEM, intake.plan_import(SYSTEM, file, today, name=file.name))
    return attend(SYSTEM)


def asked() -> Counter:
    found, _more = listed(SYSTEM, Filter(kind="projects.date", open=True), limit=100)
    assert len({row.subject for row in found}) == len(found)
    return Counter(row.value("asks") for row in found)


@pytest.mark.parametrize(
    ("today", "drafts", "past"),
    [(date(2026, 1, 31), 0, 7), (date(2025, 9, 1), 1, 6), (date(2023, 1, 10), 5, 2)],
)
def test_every_project_has_a_draft_or_an_open_question(shared_data, travel, today, drafts, past):
    with travel(today):
        done = imported(shared_data, today)
        assert done.refused == {}
        assert (len(done.drafted), len(done.asked)) == (drafts, 32 + past)
        assert asked() == Counter(missing=32, past=past)
        again = attend(SYSTEM)
        assert (again.drafted, again.asked, again.dropped) == ({}, {}, [])
        assert asked() == Counter(missing=32, past=past)


def test_the_digital_factory_is_drawn_back_from_october(shared_data, travel):
    with travel(date(2025, 9, 1)):
        done = imported(shared_data, date(2025, 9, 1))
        (row,) = rows.timetables(done.drafted.values()).values()
        name = Project.objects.get(pk=row.project).name
        assert (name, row.anchor_code, row.anchor) == ("数字化智能工厂项目", "2025-10", date(2025, 10, 31))
        assert row.kind_assumed
        nodes = rows.nodes([row.id])[row.id]
        assert len(nodes) == 36


def test_before_a_baseline_there_is_no_light_whatever_was_reported(shared_data, travel):
    with travel(date(2025, 9, 1)):
        imported(shared_data, date(2025, 9, 1))
        ids = list(Project.objects.values_list("id", flat=True))
        everything = {key: lights.Progress(lights.Fraction(0), lights.Fraction(1)) for key in ids}
        verdicts = selectors.lights_of(ids, progress=everything)
        assert {verdict.light for verdict in verdicts.values()} == {Light.NONE}
        assert len(verdicts) == 39
