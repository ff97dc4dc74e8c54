"""Files of projects: exactly what the list shows, much of it in the background."""

import csv
import io
import re

import openpyxl
import pytest
from tests.lines.projects.park import park

from bihuan.kernel.jobs import run_due
from bihuan.lines.projects.transfers import exports
from bihuan.lines.projects.transfers.models import Work

__all__ = ["park"]

pytestmark = pytest.mark.django_db(databases="__all__")


def text(answer):
    return answer.content.decode()


def names_in(answer):
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if data[:2] == b"PK":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        return [row[1].value for row in sheet.iter_rows() if isinstance(row[0].value, int)]
    return [row["name"] for row in csv.DictReader(io.StringIO(data.decode()))]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_holds_exactly_what_the_list_shows(park, kind):
    park.project("甲项目", planned_production="2027-10")
    park.project("乙项目")
    park.project("丙项目", planned_production="2027-11")
    park.project("外地项目", place=park.elsewhere, planned_production="2027-12")
    client = park.client(park.leader)
    page = text(client.get("/projects/?date=yes"))
    action = next(a for a in re.findall(r'action="(/projects/export/[^"]+)"', page) if kind in a)
    answer = client.post(action.replace("&amp;", "&"))
    again = client.post(action.replace("&amp;", "&"))
    assert answer["location"] == again["location"]
    found = client.get(answer["location"])
    assert names_in(found) == ["甲项目", "丙项目"]
    assert "attachment" in found["content-disposition"]
    for other in (park.coordinator, park.stranger):
        assert park.client(other).get(answer["location"]).status_code == 404
    assert park.client(park.officer).post("/projects/export/").status_code == 403
    assert client.get("/projects/export/").status_code == 405


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_much_is_written_in_the_background_with_a_bar(park, monkeypatch):
    monkeypatch.setattr(exports, "FEW", 2)
    for number in range(4):
        park.project(f"项目{number}")
    client = park.client(park.leader)
    answer = client.post("/projects/export/?format=csv")
    path = answer["location"]
    assert "Writing the file" in text(client.get(path))
    assert client.get(f"{path}file/").status_code == 422
    run_due()
    page = text(client.get(path))
    assert "The file is ready" in page
    assert names_in(client.get(f"{path}file/")) == [f"项目{n}" for n in range(4)]
    assert (Work.objects.get().part, Work.objects.get().whole) == (4, 4)
    assert park.client(park.coordinator).get(path).status_code == 404
