"""Replies: what is to the matter, full, shown and in time scores high; a form of words scores low; always explained."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic.messages.replies import WEIGHTS, quality

ASKED = datetime(2026, 3, 2, 9)
SUBJECT, TEXT = "A5区魅力之城小区烧烤店油烟扰民", "一楼烧烤店油烟直排，影响居民生活，请求查处。"
GOOD = (
    "您好！经区城管局、街道办现场核实，魅力之城小区一楼烧烤店未安装油烟净化器。依据《大气污染防治法》第八十一条，"
    "已责令其于2026年3月10日前整改，3月12日复查已完成安装。如有疑问请拨打0731-88888888。"
)
EMPTY = "您好，您的留言已收悉，已转相关单位处理。感谢您的关注。"


def scored(reply, days=3):
    return quality(SUBJECT, TEXT, reply, ASKED, ASKED + timedelta(days=days))


def test_a_full_answer_beats_a_form_of_words_and_says_why():
    good, empty = scored(GOOD), scored(EMPTY)
    assert good.score > 0.8 > 0.3 > empty.score
    assert {"looked into", "names a rule", "names a day", "says whom to ask"} <= set(good.marks)
    assert empty.marks[0] == "says nothing to the matter"
    assert (empty.completeness, empty.evidence) == (0, 0)


def test_an_answer_to_something_else_is_not_relevant():
    other = (
        "经核实，您咨询的购房补贴已按《实施办法》第三条于2026年3月5日发放到账，共3万元，请查收，感谢支持。"
    )
    assert scored(other).relevance < 0.2 < scored(GOOD).relevance


def test_time_counts_from_asking():
    assert [scored(GOOD, days).timeliness for days in (0, 15, 60, 1160)] == [1, 1, 0, 0]
    assert quality(SUBJECT, TEXT, GOOD, ASKED, None).timeliness == 0.5
    assert quality(SUBJECT, TEXT, GOOD, ASKED, ASKED - timedelta(days=1)).timeliness == 1


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=400))
def test_any_texts_have_a_score_between_nothing_and_one(subject, text, reply):
    found = quality(subject, text, reply, None, None)
    assert 0 <= found.score <= 1
    assert abs(found.score - sum(WEIGHTS[name] * getattr(found, name) for name in WEIGHTS)) < 0.003
