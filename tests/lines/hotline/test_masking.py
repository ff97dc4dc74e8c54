"""Names and numbers in free text are hidden from those who need not read them; those who do are written down."""

import pytest
from tests.lines.hotline.district import district

from bihuan.kernel.content.actions import read_many
from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.permits.rules import branches, sees_field
from bihuan.kernel.search.selectors import search
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.callers.masking import masked

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
    from bihuan.kernel.flow import actions as flow
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
