"""Merging: the same event in other words joins, the same words about another place don't; places and heat."""

from datetime import datetime, timedelta

import pytest

from bihuan.logic.messages.merging import Message, groups, hotspots
from bihuan.logic.messages.places import compared, places

pytest.importorskip("scipy")
BEGUN = datetime(2026, 3, 2, 9)


def message(number, subject, text="", day=0, sender="", agreed=0):
    return Message(str(number), sender or f"人{number}", subject, text, BEGUN + timedelta(days=day), agreed)


NOISE = [
    message(1, "A2区丽发新城附近修建搅拌站，噪音扰民", "小区旁边的搅拌站昼夜施工", 0),
    message(2, "投诉A2区丽发新城附近违建搅拌站噪音", "搅拌站灰尘很大，无法开窗", 3),
    message(3, "丽发新城小区旁搅拌站严重扰民", "噪音和扬尘影响老人孩子", 8),
    message(4, "丽发新城旁建搅拌站，尘土飞扬噪音大", "请环保部门处理搅拌站", 9),
]
OTHERS = [
    message(11, "A5区魅力之城小区烧烤店油烟扰民", "一楼烧烤店油烟直排"),
    message(12, "A6区润河苑夜间施工噪音扰民", "工地凌晨施工"),
    message(13, "咨询A市人才购房补贴", "硕士毕业如何申请"),
    message(14, "建议A市地铁三号线延长", "方便上班"),
]


def test_places_are_found_by_how_their_names_end():
    assert places("A2区丽发新城附近修建搅拌站")[0] == "丽发新城"
    assert places("投诉A市伊景园滨河苑捆绑销售车位") == ["伊景园", "滨河苑"]
    assert places("请问小区什么时候能普及5G网络") == []
    assert compared("富绿物业丽发新城") == compared("丽发新城")


def test_one_event_in_other_words_is_one_group():
    found = groups([*NOISE, *OTHERS])
    assert len(set(found[:4])) == 1
    assert len(set(found)) == 5


def test_the_same_words_about_other_places_are_not_merged():
    ours = [
        message(n, f"{place}夜间施工噪音扰民")
        for n, place in enumerate(("A1区金色家园", "A6区润河苑", "A3区东方之城"))
    ]
    assert len(set(groups([*ours, *OTHERS])[:3])) == 3


def test_hotspots_are_ranked_named_and_dated():
    (first, *rest) = hotspots([*OTHERS, *NOISE])
    assert rest == []
    assert (first.rank, first.place, first.messages) == (1, "丽发新城", ("1", "2", "3", "4"))
    assert (first.since, first.until) == (BEGUN, BEGUN + timedelta(days=9))
    assert first.heat == 4


def test_one_person_a_hundred_times_is_one_person():
    again = [message(n, "A2区丽发新城搅拌站噪音", sender="同一人") for n in range(100)]
    assert hotspots(again) == []
    liked = [message(1, "A2区丽发新城搅拌站噪音", agreed=400)]
    assert hotspots(liked)[0].heat == 21


def test_none_and_one_and_empty_subjects():
    assert groups([]) == []
    assert hotspots([]) == []
    assert groups([NOISE[0]]) == [0]
    assert len(set(groups([message(1, "😀"), message(2, "？"), *NOISE]))) == 3
