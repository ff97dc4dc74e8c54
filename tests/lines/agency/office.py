"""An office of agents with a small catalogue, for the tests of this line."""

from datetime import date

import pytest
from tests.kernel import factories as make
from tests.lines.projects.park import Park

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers.actions import amend
from bihuan.lines.agency import actions
from bihuan.lines.agency.registers import ITEMS, PRESETS

TODAY = date(2026, 3, 2)
PERMIT = {
    "code": "SG-01", "name": "建筑工程施工许可证核发", "authority": "开发建设局", "phase": "construction",
    "law_limit": "7d", "province_limit": "45wd", "promise_limit": "3wd", "node": "construction_permit",
    "materials": "施工许可申请表\n施工合同（可容缺）\n资金承诺书（本人签署）\n图审合格书（可承诺）",
}  # fmt: skip
SCHEME = {
    "code": "GH-01", "name": "建设工程规划许可证核发", "authority": "自然资源分局", "phase": "works",
    "law_limit": "20wd", "node": "works_permit", "materials": "施工许可申请表\n设计方案",
}  # fmt: skip


class Office(Park):
    """A park with an agent, a catalogue of two items and a preset."""

    def __init__(self):
        super().__init__()
        self.planning = make.make_org("自然资源分局", division=self.place)
        self.agent = self.person("agent")
        self.planner = self.person("department", self.planning)
        self.permit = amend(SYSTEM, ITEMS, None, PERMIT)
        self.scheme = amend(SYSTEM, ITEMS, None, SCHEME)
        self.preset = amend(
            SYSTEM, PRESETS, None, {"code": "SJ-4", "name": "竣工即发证", "items": "SG-01、GH-01"}
        )
        self.about = self.project(columns={"party": self.firm})

    def apply(self, *items, **more):
        data = {"title": "施工许可证代办", "items": list(items) or [self.permit], **more}
        return actions.apply(self.agent, data, project=self.about).matter

    def move(self, matter, name, actor=None, **data):
        return flow.move(actor or self.agent, matter, name, data)

    def file(self, actor=None):
        return [make.make_file(actor or self.agent)]

    def mandate(self, matter, since="2026-03-02", until="2026-06-30", name="mandate", **more):
        data = {"valid_from": since, "valid_until": until, "signed_by": "吴厂长", "evidence": self.file()}
        return self.move(matter, name, **data, **more)

    def preparing(self, *items):
        """Return a case whose client has given his mandate."""
        matter = self.apply(*items)
        self.move(matter, "accept")
        self.mandate(matter)
        return matter

    def ready(self):
        """Return a case with all materials at hand."""
        matter = self.preparing()
        self.move(matter, "materials", have=[1, 2, 3, 4], signed="client", evidence=self.file())
        return matter

    def submitted(self):
        matter = self.ready()
        self.move(matter, "submit", submitted_on="2026-03-02", expected="2026-03-05", number="SP2026-001")
        return matter

    def row(self, matter):
        return selectors.by_ids([matter])[matter]


@pytest.fixture
def office(db, settings, travel):
    """A fresh office on 2 March 2026, in English."""
    from django.utils import translation

    settings.MFA_REQUIRED = False
    registry.forget()
    with travel(TODAY), translation.override("en"):
        yield Office()
    registry.forget()
