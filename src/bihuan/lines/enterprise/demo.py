"""Needs of the fictitious park's enterprises; everything is marked 演示数据."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from bihuan.kernel.callbacks import actions as contacts
from bihuan.kernel.clock.ground import working_moment
from bihuan.kernel.files.actions import upload
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity import selectors as people
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.now import now, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.enterprise import actions
from bihuan.lines.enterprise.selectors import NEED

MARK = "（演示数据）"
_LOGINS = {"centre": "zhongxin", "officer": "zhuanyuan", "build": "jianshe", "plan": "ziran", "firm": "qiye"}


def load() -> list[Any]:
    """Fill the park once; there is nobody new to sign in as."""
    if run("SELECT 1 FROM flow_matter WHERE kind = %s LIMIT 1", (NEED,)):
        return []
    actors = {name: _actor(login) for name, login in _LOGINS.items()}
    _needs(actors)
    return []


def _actor(login: str) -> Actor:
    (user,) = run("SELECT id FROM identity_user WHERE username = %s", (login,))[0]
    return people.actor_of(user)


def _on(working_days: int, hour: int = 10) -> Any:
    return travel(working_moment(working_days, hour))


def _needs(actors: dict[str, Actor]) -> None:
    firm, centre, officer = actors["firm"], actors["centre"], actors["officer"]
    build, plan = actors["build"].unit, actors["plan"].unit
    for days, title, about, unit in (
        (-8, "技改项目申报省级专项的口径不清楚", "declare", build),
        (-4, "厂房不动产权证迟迟未办下来", "certificate", plan),
        (-2, "急需二十名数控操作工", "labour", build),
        (-1, "两名骨干的孩子想转到园区小学", "school", 0),
    ):
        with _on(days):
            made = actions.raise_need(firm, {"title": title + MARK, "class": about}).matter
        if unit:
            with _on(days, 14):
                flow.move(centre, made, "assign", {"unit": unit})
    with _on(-1, 15):
        caller = {"channel": "wechat", "title": f"园区小学转学名额{MARK}", "caller": "吴厂长"}
        actions.attach(officer, made, caller)
        until = now() + timedelta(days=60)
        identity.issue_link(SYSTEM, made, party=firm.party, purpose="track", valid_until=until)
    _closed(actors, "设备补贴兑现进度", "payment", -15)


def _closed(actors: dict[str, Actor], title: str, about: str, days: int) -> None:
    """One need all the way to its sign-off; whether it was solved waits for the enterprise."""
    with _on(days):
        made = actions.raise_need(actors["firm"], {"title": title + MARK, "class": about}).matter
        flow.move(actors["centre"], made, "assign", {"unit": actors["build"].unit})
    with _on(days + 3):
        text = f"财政拨付凭证{MARK}".encode()
        paper = upload(actors["build"], BytesIO(text), "拨付凭证.txt", made).id
        said = {"closing": "solved", "reply": f"补贴已拨付到账{MARK}", "evidence": [paper]}
        flow.move(actors["build"], made, "answer", said)
    with _on(-1, 16):
        flow.move(actors["centre"], made, "sign_off", {})
        contacts.ask(SYSTEM, made)
