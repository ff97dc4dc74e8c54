"""A real work order of a city's hotline: its form asks for what our reply says, and its trace says when it is over."""

import json
from pathlib import Path

import pytest

from bihuan.lines.hotline.upstream.reading import from_mapping, moment
from bihuan.lines.hotline.upstream.selectors import Reply

pytestmark = pytest.mark.shared


@pytest.fixture
def order(shared_data: Path) -> dict:
    return json.loads(
        (shared_data / "data" / "services" / "hotline_work_order_trace.json").read_text("utf-8")
    )


def test_a_reply_fills_the_citys_form(order: dict) -> None:
    reply = Reply(
        1,
        "RX26-0000001",
        "CS1",
        "是",
        "2025-09-11 10:00",
        "否",
        "条件暂不具备",
        "已答复",
        "住建局",
        "",
        sent=False,
    )
    labels = {text.partition("(")[0] for text in order["disposal_form_fields"].values()}
    told = reply.fields()
    assert set(told) <= labels | {"联系群众"}
    assert {"联系时间", "是否解决", "未解决原因", "公开答复内容", "办理情况"} <= set(told) & labels
    assert told["联系群众"] == "已联系"


def test_its_trace_says_when_it_is_over(order: dict) -> None:
    over = [
        from_mapping({"工单编号": "CS1", "状态": step["pss_caption_end"]}).over for step in order["trace"]
    ]
    assert over == [False, False, False, False, True]
    moments = [moment(step["date"]) for step in order["trace"]]
    assert moments == sorted(moments)
    assert f"{moments[0]:%Y-%m-%d %H:%M:%S}" == "2025-09-11 09:24:15"
