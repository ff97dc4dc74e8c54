"""Importing in the browser: preview, questions in place, apply once, undo; and every kind of bad file."""

import io
import re
import zipfile

import openpyxl
import pytest
from tests.lines.projects.park import HEAD, PARK, book, park

from bihuan.kernel.errors import BadInput
from bihuan.kernel.files.models import File
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.intake.models import Batch
from bihuan.kernel.jobs import run_due
from bihuan.kernel.registers.actions import amend
from bihuan.lines.projects.models import Project
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.transfers import imports
from bihuan.lines.projects.transfers.models import Work

__all__ = ["park"]

pytestmark = pytest.mark.django_db(databases="__all__")

UPLOAD = "/projects/import/"
ROWS = (
    [None, "甲项目", "云溪液冷科技", PARK, "1.2亿元", "2027年10月", "用电难；道路（已解决）"],
    [None, "乙项目", None, "无名镇", "若干", None, None],
)


def text(answer):
    return answer.content.decode()


def hand_in(client, file, key="k"):
    return client.post(UPLOAD, {"workbook": file, "key": key})


def previewed(park, *rows, actor=None, key="k"):
    client = park.client(actor or park.coordinator)
    answer = hand_in(client, book(*(rows or ROWS)), key)
    assert answer.status_code == 303, text(answer)
    return client, answer["location"]


def test_the_page_forbids_secrets_and_lists_what_was_imported(park):
    client, _path = previewed(park)
    page = text(client.get(UPLOAD))
    assert "严禁上传国家秘密和工作秘密" in page
    assert "台账.xlsx" in page
    assert "台账.xlsx" not in text(park.client(park.stranger).get(UPLOAD))


def test_a_preview_writes_nothing_and_explains_every_odd_cell(park):
    client, path = previewed(park)
    page = text(client.get(path))
    assert "Write 2 rows" in page
    assert "甲项目" in page
    odd = text(client.get(f"{path}?tab=odd"))
    assert "can&#x27;t be read as a number" in odd
    assert "No division is called “无名镇”" in odd
    assert "taken by a stated rule" in odd
    problems = text(client.get(f"{path}?tab=problems"))
    assert "用电难" in problems
    assert "closed: the workbook calls it solved" in problems
    assert not Project.objects.exists()
    assert not Batch.objects.exists()
    assert flow.listed(SYSTEM, flow.Filter())[0] == []


def test_one_press_or_two_import_once(park):
    client, path = previewed(park)
    again = hand_in(client, book(*ROWS))
    assert again["location"] == path
    assert File.objects.count() == Work.objects.count() == 1
    assert [client.post(f"{path}apply/").status_code for _turn in range(2)] == [303, 303]
    assert (Project.objects.count(), Batch.objects.count()) == (2, 1)
    page = text(client.get(path))
    assert "Imported: 2 new, 0 changed." in page
    assert "1 problems the workbook calls solved were entered as closed." in page
    assert "1 timetables were drafted." in page


def test_an_edited_copy_shows_its_differences_cell_by_cell(park):
    client, path = previewed(park)
    client.post(f"{path}apply/")
    edited = ([*ROWS[0][:4], "1.5亿元", "2027年12月", ROWS[0][6]], ROWS[1])
    _client, path = previewed(park, *edited, key="k2")
    page = text(client.get(path))
    assert "Write 1 rows" in page
    old, new = re.findall(r'<td class="old"[^>]*>(.*?)</td>\s*<td class="new"[^>]*>(.*?)</td>', page, re.S)[0]
    assert "¥120 million" in old
    assert "¥150 million" in new
    assert "as written: 1.5亿元" in new
    assert "Dec 2027" in page


def test_a_question_is_answered_in_place(park):
    known = park.project("湘潭智能装备产业园")
    client, path = previewed(park, [None, "湘潭智能装备产业园一期", None, PARK])
    page = text(client.get(path))
    assert "It is “湘潭智能装备产业园”" in page
    assert "It is a new project" in page
    assert "Write 0 rows" not in page
    digest = re.search(r'name="digest"\s+value="([^"]+)"', page)[1]
    stale = client.post(f"{path}answer/", {"row-0": str(known), "digest": "old"})
    assert stale.status_code == 409
    assert client.post(f"{path}answer/", {"row-0": "999999", "digest": digest}).status_code == 422
    assert client.post(f"{path}answer/", {"row-0": str(known), "digest": digest}).status_code == 303
    page = text(client.get(path))
    assert "It is a new project" not in page
    assert "Write 1 rows" in page
    client.post(f"{path}apply/")
    assert Project.objects.get().name == "湘潭智能装备产业园一期"


def test_an_unanswered_question_is_not_guessed(park):
    park.project("湘潭智能装备产业园")
    client, path = previewed(park, [None, "湘潭智能装备产业园一期", None, PARK], [None, "化工厂", None, PARK])
    client.post(f"{path}apply/")
    assert sorted(Project.objects.values_list("name", flat=True)) == ["化工厂", "湘潭智能装备产业园"]


def test_a_register_that_changed_since_the_preview_is_looked_at_again(park):
    project = park.project("甲项目", company="旧公司")
    client, path = previewed(park, [None, "甲项目", "新公司", PARK])
    amend(SYSTEM, PROJECTS, project, {"company": "第三公司"})
    answer = client.post(f"{path}apply/")
    assert answer.status_code == 409
    assert "The register has changed since the preview" in text(answer)
    assert "第三公司" in text(answer)
    assert not Batch.objects.exists()
    assert client.post(f"{path}apply/").status_code == 303
    assert Project.objects.get().company == "新公司"


def test_a_change_elsewhere_in_the_row_does_not_disturb(park):
    project = park.project("甲项目", company="旧公司")
    client, path = previewed(park, [None, "甲项目", "新公司", PARK])
    amend(SYSTEM, PROJECTS, project, {"note": "无关"})
    assert client.post(f"{path}apply/").status_code == 303
    assert (Project.objects.get().company, Project.objects.get().note) == ("新公司", "无关")


def test_undo_says_what_it_kept(park):
    client, path = previewed(park)
    client.post(f"{path}apply/")
    edited = ([*ROWS[0][:4], "1.5亿元", "2027年12月", ROWS[0][6]], ROWS[1])
    _client, second = previewed(park, *edited, key="k2")
    client.post(f"{second}apply/")
    amend(SYSTEM, PROJECTS, Project.objects.get(name="甲项目").id, {"investment_wan": "20000"})
    assert [client.post(f"{second}undo/").status_code for _turn in range(2)] == [303, 303]
    page = text(client.get(second))
    assert "1 cells were put back" in page
    assert "Kept as others have changed it since" in page
    assert "¥200 million" in page
    row = Project.objects.get(name="甲项目")
    assert (row.investment_wan, row.planned_production.isoformat()) == (20000, "2027-10-01")
    assert client.post(f"{second}apply/").status_code == 409


def test_strangers_and_other_roles_stay_outside(park):
    _client, path = previewed(park)
    for actor in (park.leader, park.officer, park.supervisor, park.department, park.enterprise):
        for address in (UPLOAD, path):
            assert park.client(actor).get(address).status_code == 403
    stranger = park.client(park.stranger)
    assert stranger.get(path).status_code == 404
    for verb in ("apply", "undo"):
        assert stranger.post(f"{path}{verb}/").status_code == 404
    assert stranger.post(f"{path}answer/", {"digest": ""}).status_code == 404
    assert not Project.objects.exists()
    colleague = park.person("coordinator")
    assert "甲项目" in text(park.client(colleague).get(path))


# In the background -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_large_workbook_is_read_and_written_in_the_background(park, monkeypatch):
    monkeypatch.setattr(imports, "SMALL", 0)
    monkeypatch.setattr(imports, "FEW", 1)
    client, path = previewed(park)
    page = text(client.get(path))
    assert "Reading the workbook" in page
    assert "every 2s" in page
    htmx = {"HX-Request": "true", "HX-Target": "section#progress"}
    assert "Reading" in text(client.get(path, headers=htmx))
    run_due()
    answer = client.get(path, headers=htmx)
    assert answer["HX-Redirect"] == path
    assert client.post(f"{path}apply/").status_code == 303
    assert "Writing the rows" in text(client.get(path))
    assert client.post(f"{path}apply/").status_code == 303
    run_due()
    assert "Imported: 2 new" in text(client.get(path))
    assert (Project.objects.count(), Batch.objects.count()) == (2, 1)
    assert Project.objects.filter(creator_user=park.coordinator.user).count() == 2
    imports.apply_waiting(Work.objects.get().id)
    imports.preview(Work.objects.get().id)
    assert (Batch.objects.count(), Work.objects.get().state) == (1, "done")
    assert [client.post(f"{path}undo/").status_code for _turn in range(2)] == [303, 303]
    assert "Putting back what it wrote" in text(client.get(path))
    run_due()
    assert "2 new projects taken out" in text(client.get(path))
    assert Work.objects.get().state == "undone"


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_answers_to_a_large_workbook_are_read_in_the_background(park, monkeypatch):
    monkeypatch.setattr(imports, "FEW", 0)
    known = park.project("湘潭智能装备产业园")
    client, path = previewed(park, [None, "湘潭智能装备产业园一期", None, PARK])
    digest = re.search(r'name="digest"\s+value="([^"]+)"', text(client.get(path)))[1]
    assert client.post(f"{path}answer/", {"row-0": str(known), "digest": digest}).status_code == 303
    assert "Reading the workbook" in text(client.get(path))
    run_due()
    assert "Write 1 rows" in text(client.get(path))


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_who_lost_the_post_meanwhile_writes_nothing(park, monkeypatch):
    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.now import now

    monkeypatch.setattr(imports, "FEW", 0)
    client, path = previewed(park)
    client.post(f"{path}apply/")
    people.end_post(SYSTEM, park.coordinator.post, now())
    run_due()
    assert Work.objects.get().state == "failed"
    assert "ended on" in Work.objects.get().error
    assert not Project.objects.exists()


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_what_fails_in_the_background_says_why(park, monkeypatch):
    monkeypatch.setattr(imports, "SMALL", 0)
    client = park.client(park.coordinator)
    path = hand_in(client, book(["一", "二"], head=["没有", "这种列"]))["location"]
    run_due()
    page = text(client.get(path))
    assert "No sheet of this workbook has a header with the known columns" in page
    assert Work.objects.get().state == "failed"


# Bad files ---------------------------------------------------------------------------------------------


def with_macros():
    file = book(*ROWS)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    file.seek(0)
    return file


def bomb():
    file = book(*ROWS)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/big.xml", b"0" * 50_000_000)
    file.seek(0)
    return file


def named(name, content=b"", file=None):
    made = file or io.BytesIO(content)
    made.name = name
    return made


def secret():
    made = openpyxl.Workbook()
    made.active.append(["机密★5年"])
    for row in (HEAD, *ROWS):
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return named("台账.xlsx", file=file)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (with_macros, "macros"),
        (bomb, "unpacks to far more"),
        (lambda: named("台账.xlsx", b""), "empty"),
        (lambda: named("台账.xlsx", b"PK\x03\x04 broken"), "damaged"),
        (lambda: named("台账.xlsx", b"just text"), "not what its name says"),
        (lambda: named("台账.xlsm", file=book(*ROWS)), "not taken"),
        (lambda: named("程序.exe", b"MZ"), "not taken"),
        (lambda: named("照片.png", b"\x89PNG\r\n\x1a\n"), "damaged"),
        (lambda: book(["一"], head=["序号"]), "No sheet of this workbook has a header"),
        (lambda: book([1, 2], head=["建设单位", "总投资"]), "The column “项目名称” is missing"),
        (lambda: named("名单.csv", "姓名,电话\n王,1".encode()), "No sheet of this workbook has a header"),
        (secret, "State secrets must not be on this system"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason_and_nothing_is_kept(park, file, said):
    answer = hand_in(park.client(park.coordinator), file())
    assert answer.status_code == 422
    assert said in text(answer), re.findall(r"field-error[^>]*>([^<]+)", text(answer))
    assert not Work.objects.exists()
    assert not File.objects.filter(state="ok").exists()


def test_no_file_at_all(park):
    answer = park.client(park.coordinator).post(UPLOAD, {"key": "k"})
    assert answer.status_code == 422
    assert "Please choose a workbook." in text(answer)


def test_two_hundred_megabytes_are_not_even_read(park):
    class Huge:
        size = 200 * 1024 * 1024

        def read(self, _size):
            raise AssertionError("a file above the limit must not be read")

    with pytest.raises(BadInput) as caught:
        imports.take_in(park.coordinator, Huge(), "台账.xlsx")
    assert "larger than" in caught.value.message


def test_a_file_that_says_less_than_it_sends_is_cut_off(park, settings):
    settings.BIHUAN_UPLOAD_LIMIT = 1024
    answer = hand_in(park.client(park.coordinator), named("台账.csv", b"x" * 5000))
    assert answer.status_code == 422
    assert "larger than" in text(answer)
    assert not Work.objects.exists()
