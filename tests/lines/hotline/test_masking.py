"""Names and numbers in free text are hidden from those who need not read them; those who do are written down."""

import pytest
from tests.lines.hotline.district import district

from bihuan.kernel.content.actions import read_many
from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import bulk
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.jobs import run_due
from bihuan.kernel.permits.rules import branches, sees_field
from bihuan.kernel.search.selectors import search
from bihuan.kernel.store.sql import run
from bihuan.logic.masking import masked

__all__ = ["district"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13812345678", "电话138****5678"),
        ("手机１３８１２３４５６７８", "手机138****5678"),
        ("身份证11010519491231002X", "身份证110***********002X"),
        ("身份证号：110105491231002", "身份证号：110********1002"),
        ("我叫王小平住在3栋", "我叫王**住在3栋"),
        ("我叫王平住在3栋", "我叫王*住在3栋"),
        ("姓名：欧阳建国，男", "姓名：欧阳**，男"),
        ("联系人 李梅", "联系人 李*"),
        ("户主阿卜杜拉·买买提反映", "户主阿**"),
        ("联系人电话不详", "联系人电话不详"),
        ("业主群里说停水", "业主群里说停水"),
        ("姓名不详", "姓名不详"),
        ("白沙花园3栋王府井路渗水", "白沙花园3栋王府井路渗水"),
        ("工单20260302001", "工单20260302001"),
    ],
)
def test_what_is_masked(said, shown):
    assert masked(said).startswith(shown)


def test_lists_search_and_titles_show_the_masked_text_and_the_original_is_for_the_handler(district):
    from bihuan.kernel.search.actions import index_matters

    matter = district.call(title="我叫王小平，3栋渗水", detail="联系人：李梅，身份证11010519491231002X")
    row = district.row(matter)
    assert row.title == "我叫王**，3栋渗水"
    index_matters([matter])
    assert not search(branches(district.operator), "王小平", line="hotline", using="default").hits
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    for who in (district.leader, district.officer, district.stranger):
        text = district.client(who).get(f"/matters/{row.code}/").text
        assert "王小平" not in text
        assert "002X" not in text or "110***" in text
    row = district.row(matter)
    sees = [sees_field(who, "sensitive", row) for who in (district.fixer, district.operator, district.leader)]
    assert sees == [True, True, False], "who handles it and the desk that took it in, nobody else"
    read_many(list(open_values(matter, ["original"])), district.fixer, "联系诉求人")
    logged = run(
        "SELECT \"user\", why FROM content_reading WHERE chain_id = %s AND field = 'original'", (matter,)
    )
    assert logged == [(district.fixer.user, "联系诉求人")]


SAID = "我叫王小平，电话13812345678，又漏了"
SHOWN = "我叫王**，电话138****5678，又漏了"


def texts(matter, *names):
    return {ref.field: value.text for ref, value in sorted(open_values(matter, list(names)).items())}


def add_by_link(district, matter):
    from bihuan.kernel.identity import selectors as people

    link = people.link_actor(next(one for one in people.links_of(matter) if one.purpose == "track"), matter)
    flow.move(link, matter, "add", {"said": SAID})


def add_on_the_page(district, matter):
    page = f"/matters/{district.row(matter).code}/moves/add/"
    assert district.client(district.operator).post(page, {"said": SAID, "key": "a"}).status_code == 303


def add_together(district, matter):
    two = [matter, district.call(title="二号楼漏水")]
    outcomes = bulk.move_many(district.operator, "add", [(one, {"said": SAID}) for one in two])
    assert all(one.receipt for one in outcomes)
    assert texts(two[1], "said", "original") == {"said": SHOWN, "original": SAID}


@pytest.mark.parametrize("way", [add_by_link, add_on_the_page, add_together])
def test_what_a_caller_adds_is_hidden_whichever_door_it_came_by(district, way):
    matter = district.call(detail="渗水")
    way(district, matter)
    assert texts(matter, "said", "original") == {"said": SHOWN, "original": SAID}
    assert differences(matter) == []
    page = district.client(district.operator).get(f"/matters/{district.row(matter).code}/").text
    assert SHOWN in page
    assert "王小平，" not in page


def test_every_move_that_carries_words_of_callers_hides_them_and_what_is_written_to_them_is_not(district):
    twin, matter = district.call(title="水管漏水"), district.call(detail="渗水")
    code = district.row(twin).code
    flow.move(district.operator, matter, "join", {"code": code, "note": SAID})
    assert texts(matter, "note", "original") == {"note": SHOWN, "original": SAID}
    flow.move(district.operator, matter, "part", {"reason": "不是一回事"})
    reply = {"reply": "请拨打住建局王科长13812345678", "source": [district.answer()]}
    flow.move(district.operator, matter, "direct", reply)
    assert texts(matter, "reply") == {"reply": reply["reply"]}, "an office's number is for the caller"
    flow.move(district.operator, matter, "ask_again", {"reason": SAID})
    assert texts(matter, "reason")["reason"] == SHOWN
    flow.move(district.operator, twin, "withdraw", {"reason": SAID})
    assert texts(twin, "reason", "original") == {"reason": SHOWN, "original": SAID}


def test_of_a_caller_who_asked_to_stay_unknown_no_text_is_kept_as_said(district):
    for secrecy in ("confidential", "anonymous"):
        matter = district.call(title=SAID, secrecy=secrecy)
        flow.move(district.operator, matter, "add", {"said": SAID, "original": SAID})
        assert texts(matter, "title", "said", "original") == {"title": SHOWN, "said": SHOWN}


def test_departments_a_whistle_calls_may_read_whom_to_ring_and_onlookers_may_not(district):
    from bihuan.lines.hotline.whistling import actions, selectors

    said = {"title": "护坡裂缝", "address": "白沙花园3栋 联系人李梅", "pace": "general", "detail": SAID,
            "units": [district.water]}  # fmt: skip
    made = actions.blow(district.head, said).matter
    run_due()
    (called,) = selectors.callouts([made])
    for one in (made, called.id):
        shown = texts(one, "address", "detail", "original")
        assert (shown["address"], shown["detail"]) == ("白沙花园3栋 联系人李*", SHOWN)
        assert "13812345678" in shown["original"]
    readers = [sees_field(who, "sensitive", called) for who in (district.fixer, district.leader)]
    assert readers == [True, False]


def test_what_a_grid_found_is_hidden_and_kept_like_any_words(district):
    from bihuan.lines.hotline.patrols.actions import record

    made = record(district.helper, {"title": "楼道堆物", "settled": "yes", "done": SAID})
    assert texts(made.matter, "reply", "original") == {"reply": SHOWN, "original": f"楼道堆物\n{SAID}"}


def test_no_form_asks_for_what_was_said_and_none_hides_what_it_has_not(district):
    form = forms.get("hotline.added")
    assert [item.name for item in form.fields] == ["said", "evidence"]
    assert "original" not in form.schema()["properties"]
    with pytest.raises(ValueError, match="no text of it"):
        forms.Form("x", "x", form.fields, forms.AsSaid(("evidence",)))
