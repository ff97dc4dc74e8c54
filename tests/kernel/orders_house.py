"""A park with its offices, two departments and a power company, for the tests of orders."""

from datetime import date, datetime

import pytest

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import LOCAL
from bihuan.kernel.orders import actions as orders
from bihuan.kernel.store.sql import run
from tests.kernel import factories as make

MONDAY = date(2026, 3, 2)


def at(day, hour=9, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=LOCAL)


class House:
    """A park with its offices, two departments and a power company."""

    def __init__(self):
        self.park = make.make_division("云溪高新区", "park")
        self.scope = identity.scope_of(self.park)
        self.office = self.unit("综合协调服务中心")
        self.board = self.unit("工管委")
        self.build = self.unit("开发建设局")
        self.plan = self.unit("自然资源分局")
        self.power = self.unit("供电公司", "utility")
        self.centre = self.person("coordinator", self.office)
        self.second = self.person("coordinator", self.office)
        self.leader = self.person("leader", self.board)
        self.watch = self.person("supervisor", self.unit("督查室"))
        self.bureau = self.person("department", self.build)
        self.chief = self.person("department", self.build)
        self.planner = self.person("department", self.plan)

    def unit(self, name, kind="government"):
        return make.make_org(name, kind, division=self.park)

    def person(self, role, unit, user=0):
        post = make.make_post(role, unit, self.park, user or make.make_user())
        return identity.as_actor(identity.post(post))

    def draft(self, **more):
        data = {
            "title": "红线外供水管网未接通",
            "demand": "三日内拿出接通方案并开工。",
            "unit": self.build,
            **more,
        }
        return orders.draft(self.centre, data, scope=self.scope).matter

    def issued(self, **more):
        order = self.draft(**more)
        flow.move(self.leader, order, "sign", {})
        run_due()
        return order

    def answered(self, **more):
        order = self.issued(**more)
        flow.move(self.bureau, order, "receive", {})
        flow.move(self.bureau, order, "answer", self.reply(order))
        return order

    def reply(self, order, **more):
        return {
            "closing": "solved",
            "reply": "已接通",
            "evidence": [make.make_file(self.bureau, order)],
            **more,
        }

    def row(self, order):
        return selectors.matter(SYSTEM, order)

    def child(self, order):
        return run("SELECT id FROM flow_matter WHERE parent = %s AND kind = 'orders.support'", (order,))[0][0]


@pytest.fixture
def house(db, travel):
    registry.forget()
    with travel(at(2)):
        yield House()
    registry.forget()
