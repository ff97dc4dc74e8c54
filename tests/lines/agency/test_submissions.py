"""Presets tie a case to nodes; it is submitted in parts over time; what was decided fills the timetable."""

import io
import json
import re
from datetime import date
from importlib.resources import files

import openpyxl
import pytest

from bihuan.kernel.errors import BadInput
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import travel
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.store.sql import run
from bihuan.lines.agency import actions, selectors
from bihuan.lines.agency.approvals import actions as imports
from bihuan.lines.agency.approvals import selectors as approvals
from bihuan.lines.agency.registers import PRESETS
from bihuan.lines.projects import contracts
from bihuan.lines.projects.timetables import drafting


def test_the_four_presets_tie_a_case_to_nodes_of_the_timetable(office):
    sample = json.loads(files("bihuan.lines.agency.catalogue").joinpath("defaults.json").read_text())
    text = files("bihuan.lines.projects.timetables").joinpath("templates.json").read_text()
    known = set(re.findall(r'"key": *"(\w+)"', text))
    assert [row["code"] for row in sample["presets"]] == ["SJ-1", "SJ-2", "SJ-3", "SJ-4"]
    for row in (*sample["presets"], *(one for one in sample["items"] if one.get("node"))):
        assert set(selectors.codes_in(row.get("nodes") or row["node"])) <= known, (
            "every tie is a node there is"
        )
    tied = amend(SYSTEM, PRESETS, None, {
        "code": "SJ-3", "name": "开工即配套", "items": "SG-01", "nodes": "utilities、construction_permit",
    })  # fmt: skip
    case = office.apply(preset=[tied])
    assert selectors.ties(office.row(case))[:2] == ["utilities", "construction_permit"]


def whole(office, *items):
    """Return a case of these items with all materials at hand."""
    case = office.preparing(*items)
    numbers = [one.number for one in selectors.materials(case)]
    office.move(case, "materials", have=numbers, signed="client", evidence=office.file())
    return case


def test_parts_are_submitted_and_decided_over_time(office):
    case = whole(office, office.permit, office.scheme)
    office.move(
        case, "submit", submitted_on="2026-03-02", expected="2026-03-05", submitted_items=[office.permit]
    )
    (first,) = selectors.submissions(case)
    assert (first.items, first.decided) == ((office.permit,), None)
    with pytest.raises(BadInput, match="submitted already"):
        office.move(case, "submit_part", part=[office.permit], part_on="2026-03-02")
    office.move(case, "submit_part", part=[office.scheme], part_on="2026-03-02", part_number="SP2026-002")
    with pytest.raises(BadInput, match="items of this case"):
        office.move(case, "submit_part", part=[987], part_on="2026-03-02")
    with pytest.raises(BadInput, match="still to come"):
        office.move(case, "submit_part", part=[office.scheme], part_on="2026-12-02")
    office.move(case, "decide_part", submission=[2], part_decided="2026-03-02")
    with pytest.raises(BadInput, match="still awaited"):
        office.move(case, "decide_part", submission=[2], part_decided="2026-03-02")
    assert [one.decided for one in selectors.submissions(case)] == [None, date(2026, 3, 2)]
    page = office.client(office.agent).get(f"/matters/{office.row(case).code}/").content.decode()
    assert "Submissions" in page
    assert "SP2026-002" in page


def finish(office, case, day="2026-03-04"):
    with travel(date(2026, 3, 5)):
        office.move(
            case, "finish", result="granted", decided_on=day, licence="X1", received_by="client",
            evidence=office.file(),
        )  # fmt: skip


def test_a_decision_fills_the_nodes_of_the_project(office):
    project = office.project("代办的项目", planned_production="2027-10", kind="land", signed="2025-12-01")
    drafting.attend(office.coordinator, [project])
    keys = {node.key for node in contracts.OPEN_NODES(office.coordinator, project)}
    item = next(one for one in selectors.items() if one["node"] in keys)
    office.about = project
    case = whole(office, item.id)
    office.move(case, "submit", submitted_on="2026-03-02", expected="2026-03-05", number="SP1")
    assert (
        "Nodes of the timetable"
        in office.client(office.agent).get(f"/matters/{office.row(case).code}/").content.decode()
    )
    finish(office, case)
    assert item["node"] not in {node.key for node in contracts.OPEN_NODES(office.coordinator, project)}
    ((nodes,),) = run("SELECT nodes::text FROM agency_submission WHERE matter_id = %s", (case,))
    (made,) = json.loads(nodes)
    assert flow.by_ids([made])[made].kind == "projects.node_date"


def test_done_at_once_is_a_registered_fraction(office):
    finish(office, office.submitted())
    case = office.submitted()
    office.move(case, "correct", cause="supplement", what="缺图", evidence=office.file())
    office.move(case, "resubmit")
    finish(office, case)
    with travel(date(2026, 3, 6)):
        (value,) = figures.value("agency.once", branches(office.coordinator))
        assert (int(value.numerator), value.denominator) == (1, 2)
        page = office.client(office.coordinator).get("/agency/time/").content.decode()
    assert "Done at once" in page


def test_mine_is_asked_in_the_query(office):
    case = office.preparing()
    client = office.client(office.agent)
    row = office.row(case)
    assert row.holder_post == office.agent.post
    other = office.apply()
    page = client.get("/agency/?whose=mine").content.decode()
    assert row.code in page
    assert office.row(other).code not in page
    (found,), _more = selectors.cases(
        office.agent, flow.Filter(kind="agency.case", holder_post=office.agent.post), limit=1
    )
    assert found.id == case, "a page of one is filled, whatever else was opened since"


def test_rows_asked_about_are_answered(office):
    head = ["事项编码", "事项名称", "审批部门"]

    def book(*rows):
        made = openpyxl.Workbook()
        for line in (head, *rows):
            made.active.append(line)
        file = io.BytesIO()
        made.save(file)
        file.seek(0)
        return file

    name = selectors.items()[0]["name"]
    actions.amend_item(office.coordinator, None, {"name": name, "code": "ZZ-9"})
    work = imports.take_in(office.coordinator, "items", book(["", name, "新部门"]), "目录.xlsx")
    (question,) = work.result["questions"]
    assert len(question["candidates"]) == 2
    client = office.client(office.coordinator)
    assert "Which row is meant?" in client.get(f"/agency/imports/{work.id}/").content.decode()
    chosen = question["candidates"][0][0]
    wrong = client.post(f"/agency/imports/{work.id}/answer/", {"digest": work.digest, "row-0": "987654"})
    assert wrong.status_code == 422
    stale = client.post(f"/agency/imports/{work.id}/answer/", {"digest": "x", "row-0": str(chosen)})
    assert stale.status_code == 409
    answer = client.post(f"/agency/imports/{work.id}/answer/", {"digest": work.digest, "row-0": str(chosen)})
    assert answer.status_code == 303
    work.refresh_from_db()
    assert work.result["questions"] == []
    done = imports.apply(office.coordinator, work.id)
    assert done.state == "done"
    assert {row.id: row["authority"] for row in selectors.items()}[chosen] == "新部门"


def test_rows_asked_about_are_answered_over_the_api(office):
    made = openpyxl.Workbook()
    name = selectors.items()[0]["name"]
    made.active.append(["事项编码", "事项名称", "审批部门"])
    made.active.append(["", name, "新部门"])
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    actions.amend_item(office.coordinator, None, {"name": name, "code": "ZZ-9"})
    work = imports.take_in(office.coordinator, "items", file, "目录.xlsx")
    (question,) = work.result["questions"]
    client, address = office.client(office.coordinator), f"/api/v1/agency/imports/{work.id}"
    said = {"sheet": question["sheet"], "row": question["row"], "meant": 987654}
    assert client.post(f"{address}/answers", [said], content_type="application/json").status_code == 422
    said["meant"] = question["candidates"][0][0]
    answer = client.post(f"{address}/answers", [said], content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["result"]["questions"] == []
    assert client.post(f"{address}/apply").json()["state"] == "done"
    assert client.post(f"{address}/answers", [said], content_type="application/json").status_code == 409


def test_days_are_counted_by_the_calendar_of_the_place(office):
    calendars = approvals._Calendars()
    assert calendars.at(0).working_between(date(2026, 3, 2), date(2026, 3, 6)) == 4
    assert calendars.at(office.place) is calendars.at(office.place)
