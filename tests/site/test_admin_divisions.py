"""The division tree: browse, change by dated rows, and whole tables tried out before they are applied."""

import gzip
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.site.admin_house import hidden, house, send, words

from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.store.sql import run
from bihuan.site.admin.divisions import tables
from bihuan.site.admin.models import Work

__all__ = ["house"]

TABLE = "code,name\n4399,云溪市\n439902,云溪新区\n439921,别的县\n439902001,城关街道\n439902001001,东街社区居委会\n"


def upload(client, name: str, content: bytes, **more):
    url = reverse("admin_division_import")
    return client.post(url, {"tables": SimpleUploadedFile(name, content), **more})


def names(level: str = "street") -> list[str]:
    return [row.name for row in identity.divisions_at(level)]


def test_the_tree_is_browsed_with_counts_and_codes(house):
    page = words(house.admin.get(reverse("admin_division", args=[house.county])))
    assert "云溪高新区" in page
    assert "439902" in page
    rows = house.admin.get(f"/api/v1/admin/divisions?parent={house.city}").json()
    assert [(row["name"], row["parts"], row["units"]) for row in rows] == [("云溪区", 1, 1), ("别的县", 0, 0)]


@pytest.mark.parametrize("asked", ["云溪高新", "yunxigaoxin", "云溪高新区"])
def test_search_finds_by_name_and_pinyin(house, asked):
    found = house.admin.get("/api/v1/admin/divisions", {"q": asked}).json()
    assert [row["name"] for row in found] == ["云溪高新区"]


def test_search_finds_by_the_beginning_of_a_code_and_takes_signs_as_they_are(house):
    found = house.admin.get("/api/v1/admin/divisions", {"q": "4399"}).json()
    assert [row["code"] for row in found] == ["439900", "439902", "439921"]
    assert house.admin.get("/api/v1/admin/divisions", {"q": "%"}).json() == []


def test_a_division_is_added_once_however_often_the_form_is_sent(house):
    url = f"{reverse('admin_division_add')}?parent={house.park}"
    page = house.admin.get(url)
    assert 'value="云溪市云溪区云溪高新区"' in page.content.decode()
    values = {**hidden(page), "name": "一号网格", "level": "grid", "parent": "云溪市云溪区云溪高新区"}
    first, second = house.admin.post(url, values), house.admin.post(url, values)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert names("grid") == ["一号网格"]


def test_the_same_name_in_the_same_place_is_a_conflict_and_keeps_what_was_typed(house):
    values = {"name": "一号网格", "level": "grid", "parent": "439902"}
    assert send(house.admin, reverse("admin_division_add"), **values).status_code == 303
    answer = send(house.admin, reverse("admin_division_add"), **values)
    assert answer.status_code == 409
    assert "living division of this name" in words(answer)
    assert 'value="一号网格"' in answer.content.decode()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "", "level": "grid"}, "Please fill in"),
        ({"name": "甲", "level": "galaxy"}, "choose one from the list"),
        ({"name": "甲", "level": "grid", "parent": "无此县"}, "There is no division named"),
        ({"name": "甲", "level": "city", "parent": "云溪区"}, "part of one of a higher level"),
        ({"name": "甲", "level": "county", "code": "12345", "parent": "云溪市"}, "not a division code"),
        ({"name": "甲", "level": "county", "code": "439902001", "parent": "云溪市"}, "does not fit the level"),
        ({"name": "甲", "level": "county", "code": "439921", "parent": "云溪市"}, "Another living division"),
    ],
)  # fmt: skip
def test_faults_are_said_at_the_field(house, values, said):
    answer = send(house.admin, reverse("admin_division_add"), **values)
    assert answer.status_code in {409, 422}
    assert said in words(answer)


def test_a_name_that_two_places_bear_is_asked_about(house):
    for parent in ("云溪区", "别的县"):
        send(house.admin, reverse("admin_division_add"), name="城关镇", level="street", parent=parent)
    answer = send(house.admin, reverse("admin_division_add"), name="东村", level="community", parent="城关镇")
    assert answer.status_code == 422
    assert "云溪市云溪区城关镇；云溪市别的县城关镇" in words(answer)
    answer = send(
        house.admin, reverse("admin_division_add"), name="东村", level="community", parent="别的县城关镇"
    )
    assert answer.status_code == 303


def test_a_renamed_division_keeps_its_old_name_for_the_days_before(house):
    url = reverse("admin_division_amend", args=[house.other])
    values = {"name": "别的区", "code": "439903", "parent": "云溪市", "as_of": "2026-07-01"}
    assert send(house.admin, url, **values).status_code == 303
    page = words(house.admin.get(reverse("admin_division", args=[house.other])))
    assert "别的县" in page
    assert "439903" in page
    full = house.admin.get(f"/api/v1/admin/divisions/{house.other}").json()
    assert [(row["name"], row["valid_until"]) for row in full["states"]] == [
        ("别的区", None),
        ("别的县", "2026-07-01"),
    ]
    again = send(house.admin, url, **values)
    assert again.status_code == 409
    assert "Nothing is changed" in words(again)


def test_a_division_does_not_become_part_of_itself(house):
    url = reverse("admin_division_amend", args=[house.county])
    answer = send(
        house.admin, url, name="云溪区", code="439902", parent=f"#{house.county}", as_of="2026-07-01"
    )
    assert answer.status_code == 422
    assert identity.division(house.county).parent == house.city


def test_a_division_with_parts_is_not_ended_and_one_without_is(house):
    answer = send(house.admin, reverse("admin_division_end", args=[house.county]), as_of="2026-07-01")
    assert answer.status_code == 409
    assert "still has parts" in words(answer)
    assert (
        send(house.admin, reverse("admin_division_end", args=[house.other]), as_of="2026-07-01").status_code
        == 303
    )
    city = reverse("admin_division", args=[house.city])
    assert "别的县" not in words(house.admin.get(city))
    assert "别的县" in words(house.admin.get(f"{city}?state=all"))


# Tables ----------------------------------------------------------------------------------------------------


def test_a_table_is_tried_out_without_changing_anything_and_then_applied_by_a_job(house):
    answer = upload(house.admin, "区划.csv", TABLE.encode("utf-8-sig"))
    assert answer.status_code == 303
    url = answer["Location"]
    page = words(house.admin.get(url))
    assert "3 divisions would change" in page
    assert "云溪新区" in page
    assert names() == []
    work = Work.objects.get()
    told = work.result
    assert (told["created"], told["renamed"], told["moved"], told["ended"], told["unchanged"]) == (
        2,
        1,
        0,
        0,
        2,
    )
    apply = reverse("admin_division_apply", args=[work.id])
    for _twice in range(2):
        assert house.admin.post(apply).status_code == 303
    assert "Changing the tree" in words(house.admin.get(url))
    assert run_due() == 1
    assert "in line with the table" in words(house.admin.get(url))
    assert names() == ["城关街道"]
    assert identity.division(house.county).name == "云溪新区"
    assert house.admin.post(apply).status_code == 303
    assert run_due() == 0


def test_trying_out_says_exactly_what_applying_does(house):
    url = upload(house.admin, "a.csv", TABLE.encode())["Location"]
    tried = Work.objects.get().result
    house.admin.post(url + "apply/")
    run_due()
    assert Work.objects.get().result == tried


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in [["统计用区划代码", "名称"], *(line.split(",") for line in TABLE.split()[1:])]:
        book.active.append([int(row[0]) if row[0].isdigit() else row[0], row[1]])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", TABLE.encode("gb18030")),
        ("a.csv.gz", gzip.compress(TABLE.encode())),
        ("a.xlsx", _xlsx()),
        ("bare.csv", TABLE.split("\n", 1)[1].encode()),
    ],
)
def test_tables_come_as_offices_keep_them(house, name, content):
    upload(house.admin, name, content)
    assert Work.objects.get().result["created"] == 2


def test_several_files_are_read_as_one(house):
    lines = TABLE.split("\n")
    files = [
        SimpleUploadedFile("区.csv", "\n".join(lines[:4]).encode()),
        SimpleUploadedFile("街道.csv", "\n".join([lines[0], *lines[4:]]).encode()),
    ]
    house.admin.post(reverse("admin_division_import"), {"tables": files})
    work = Work.objects.get()
    assert (work.whole, work.result["created"], work.name) == (5, 2, "区.csv、街道.csv")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", "甲,乙\n丙,丁\n".encode(), "columns code and name"),
        ("a.csv", b"code,name\n", "no rows"),
        ("a.gz", gzip.compress(b"0" * 70_000_000), "far more than it seems"),
        ("a.gz", b"\x1f\x8bnonsense", "damaged"),
        ("a.pdf", b"%PDF-1.7 x", "not a workbook"),
    ],
)
def test_what_is_no_table_is_said(house, name, content, said):
    answer = upload(house.admin, name, content)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Work.objects.exists()


def test_no_file_at_all_is_said(house):
    answer = house.admin.post(reverse("admin_division_import"), {})
    assert answer.status_code == 422
    assert "at least one file" in words(answer)


def test_odd_rows_are_left_out_and_named(house):
    odd = TABLE + "43x,坏码\n439977001,孤儿街道\n439921,另一个名字\n"
    url = upload(house.admin, "a.csv", odd.encode())["Location"]
    page = words(house.admin.get(url))
    assert "孤儿街道" in page
    assert "lack 439977" in page
    assert Work.objects.get().result["faults_in_all"] == 3


def test_a_complete_table_ends_what_it_no_longer_lists_only_when_told_so(house):
    less = "code,name\n4399,云溪市\n439902,云溪区\n"
    url = upload(house.admin, "a.csv", less.encode())["Location"]
    assert "nothing to apply" in words(house.admin.get(url))
    options = {"as_of": "2026-09-01", "complete": "1", "same": ""}
    assert house.admin.post(url, options).status_code == 303
    page = words(house.admin.get(url))
    assert "One division would change" in page
    house.admin.post(url + "apply/")
    run_due()
    assert identity.division_by_code("439921") is None
    assert run("SELECT valid_until::text FROM identity_division WHERE id = %s", (house.other,)) == [
        ("2026-09-01",)
    ]


def test_renumbered_divisions_stay_the_same(house):
    table = "code,name\n4399,云溪市\n439902,云溪区\n439903,别的区\n"
    url = upload(house.admin, "a.csv", table.encode())["Location"]
    bad = house.admin.post(url, {"as_of": "2026-09-01", "same": "439903 是 439921"})
    assert bad.status_code == 422
    assert "write new code = old code" in words(bad)
    assert house.admin.post(url, {"as_of": "2026-09-01", "same": "439903 = 439921"}).status_code == 303
    assert Work.objects.get().result["recoded"] == 1
    house.admin.post(url + "apply/")
    run_due()
    assert identity.division_by_code("439903").id == house.other


def test_a_long_table_is_tried_out_in_the_background(house, monkeypatch):
    monkeypatch.setattr(tables, "FEW", 2)
    url = upload(house.admin, "a.csv", TABLE.encode())["Location"]
    assert "Looking what the table would change" in words(house.admin.get(url))
    assert run_due() == 1
    assert "3 divisions would change" in words(house.admin.get(url))


def test_a_post_that_ended_meanwhile_applies_nothing(house):
    from bihuan.kernel.identity import actions

    url = upload(house.admin, "a.csv", TABLE.encode())["Location"]
    house.admin.post(url + "apply/")
    actions.end_post(SYSTEM, house.admin_post)
    run_due()
    assert Work.objects.get().state == "failed"
    assert names() == []


def test_the_same_over_the_api(house):
    answer = house.admin.post(
        "/api/v1/admin/divisions/tables", {"tables_": SimpleUploadedFile("a.csv", TABLE.encode())}
    )
    assert answer.status_code == 201, answer.content
    work = answer.json()
    assert (work["state"], work["result"]["created"]) == ("ready", 2)
    again = house.admin.post(
        f"/api/v1/admin/divisions/tables/{work['id']}/try",
        {"as_of": "2026-09-01"},
        content_type="application/json",
    )
    assert again.json()["state"] == "ready"
    assert (
        house.admin.post(f"/api/v1/admin/divisions/tables/{work['id']}/apply").json()["state"] == "applying"
    )
    run_due()
    assert house.admin.get(f"/api/v1/admin/divisions/tables/{work['id']}").json()["state"] == "done"
    body = {"name": "二号网格", "level": "grid", "parent": "439902001001"}
    head = {"HTTP_IDEMPOTENCY_KEY": "k1"}
    made = [
        house.admin.post("/api/v1/admin/divisions", body, content_type="application/json", **head)
        for _n in "ab"
    ]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert names("grid") == ["二号网格"]
