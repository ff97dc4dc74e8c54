"""A district with its desk, two bureaus and a staffed grid, for the tests of the hotline."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation
from tests.kernel import factories as make
from tests.lines.projects.park import Park

from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import LOCAL
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.duties import actions as duties
from bihuan.lines.hotline.grids import actions as grids
from bihuan.lines.hotline.registers import DUTIES, KNOWLEDGE, REFUSALS

#: A Monday, nine in the morning.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=LOCAL)
CALL = {
    "phone": "13812345678", "caller": "王小平", "title": "白沙花园3栋水管渗水",
    "detail": "楼道渗水两天，电话13812345678", "address": "白沙路白沙花园3栋2单元", "type": "help",
}  # fmt: skip


class District(Park):
    """A district: street, community and grid below it, its desk and bureaus."""

    def __init__(self):
        self.clients = {}
        self.path = make.make_path()
        self.place, self.grid_place = self.path["county"], self.path["grid"]
        self.centre = make.make_org("热线中心", division=self.place)
        self.office = self.centre
        self.water = make.make_org("住建局", division=self.place)
        self.police = make.make_org("城管局", division=self.place)
        self.station = make.make_org("白沙网格服务站", division=self.path["community"])
        self.operator = self.person("operator", self.centre)
        self.coordinator = self.person("coordinator", make.make_org("督办中心", division=self.place))
        self.fixer = self.person("department", self.water)
        self.officer = self.person("department", self.police)
        self.leader = self.person("leader", self.centre)
        self.head = self.person("grid_head", self.station, self.grid_place)
        self.helper = self.person("grid_officer", self.station, self.grid_place)
        elsewhere = make.make_division("别的区", "county")
        self.stranger = self.person("operator", make.make_org("别的热线"), elsewhere)
        self.grid = grids.set_up(
            SYSTEM, self.grid_place, name="白沙花园网格", party_org="白沙花园党支部", head_post=self.head.post,
            phone="+8673155550001",
        )  # fmt: skip
        grids.enter_buildings(
            SYSTEM, self.path["community"], [("白沙花园3栋", self.grid, 96), ("白沙花园5栋", 0, 60)]
        )
        self.leaks = self.duty("房屋渗漏", self.water, "渗水 漏水 水管")
        self.stalls = self.duty("占道经营", self.police, "占道 摆摊")

    def duty(self, name, unit, words):
        """Enter a class of the catalogue."""
        said = {"name": name, "unit": str(unit), "words": words, "basis": "三定方案"}
        return duties.keep(SYSTEM, DUTIES, None, said, division=self.place)

    def answer(self, name="公积金如何提取", **more):
        """Enter a standard answer."""
        said = {"name": name, "answer": "带身份证到窗口办理。", "unit": str(self.water), "basis": "公积金条例",
                "review_on": "2026-06-01", "expires_on": "2026-12-31", **more}  # fmt: skip
        return duties.keep(SYSTEM, KNOWLEDGE, None, said, division=self.place)

    def refusal(self):
        """Enter a rule by which something is not accepted."""
        said = {
            "name": "紧急警情",
            "words": "着火 报警",
            "goes_to": "请立即拨打110、119或120。",
            "source": "国办发〔2020〕53号",
        }
        return duties.keep(SYSTEM, REFUSALS, None, said, division=self.place)

    def call(self, **more):
        """Take a call at the desk and return the order's id."""
        return actions.take(self.operator, {**CALL, **more}).matter

    def row(self, matter):
        """Return the order as it stands."""
        return matters.by_ids([matter])[matter]


@pytest.fixture
def district(db, settings, travel):
    """A fresh district on Monday 2 March 2026, in English."""
    settings.MFA_REQUIRED = False
    registry.forget()
    with travel(MONDAY), translation.override("en"):
        yield District()
    registry.forget()


def later(hours):
    """Return the moment so many hours after Monday nine o'clock."""
    return MONDAY + timedelta(hours=hours)
