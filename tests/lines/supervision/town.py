"""A park whose departments solve problems, keep promises and answer questions over a quarter of days."""

import random
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import translation
from tests.kernel import factories as make
from tests.lines.projects.park import Park

from bihuan.kernel.callbacks import actions as contacts
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import LOCAL, travel
from bihuan.lines.projects.timetables import drawing, recording, rows

FIRST, LAST, NOW = date(2026, 3, 2), date(2026, 5, 29), date(2026, 6, 1)


def moment(day: date, hour: int = 10) -> datetime:
    """Return an hour of a day in Beijing time."""
    return datetime.combine(day, time(hour), LOCAL)


class Town(Park):
    """A park with two more bureaux, a utility, a principal leader; and what happens there."""

    def __init__(self):
        super().__init__()
        self.land = make.make_org("自然资源分局", division=self.place)
        self.power = make.make_org("供电所", "utility", division=self.place)
        self.clerks = {
            self.bureau: self.department,
            self.land: self.person("department", self.land),
            self.power: self.person("department", self.power),
        }
        self.watch = make.make_org("督查室", division=self.place)
        self.supervisor = self.person("supervisor", self.watch)
        self.principal = self.person("principal")
        self.scope = identity.scope_of(self.place)
        self.about = self.project(planned_production="2026-09-30", kind="lease", signed="2026-02-02")

    def problem(self, day, unit, category="permit", subject=0):
        """Register a problem and assign it the same day."""
        with travel(moment(day)):
            data = {"title": f"问题{day}", "category": category}
            matter = flow.open(
                self.officer,
                "projects.problem",
                data,
                scope=self.scope,
                subject=subject or self.about,
                party=self.firm,
            ).matter
        with travel(moment(day, 11)):
            flow.move(self.coordinator, matter, "assign", {"unit": unit})
        return matter

    def answer(self, day, matter, unit, closing="solved"):
        """Have the unit answer."""
        clerk = self.clerks[unit]
        with travel(moment(day, 15)):
            said = {"closing": closing, "reply": "已办", "basis": "某规定"}
            flow.move(clerk, matter, "answer", {**said, "evidence": [make.make_file(clerk, matter)]})

    def close(self, day, matter):
        """Verify and sign off."""
        with travel(moment(day, 16)):
            flow.move(self.officer, matter, "verify", {"method": "site"})
            flow.move(self.coordinator, matter, "sign_off", {})

    def solve(self, day, days, unit, **more):
        """Take a problem from registration to sign-off in so many days."""
        matter = self.problem(day, unit, **more)
        self.answer(day + timedelta(days=days), matter, unit)
        self.close(day + timedelta(days=days), matter)
        return matter

    def hear(self, day, matter, how="satisfied"):
        """Have the enterprise confirm, or have it reopened (how '')."""
        with travel(moment(day, 17)):
            asked = contacts.ask(SYSTEM, matter)
            said = {"grade": how} if how else {"grade": "unsatisfied", "unsolved": True, "why": "没解决"}
            flow.move(self.enterprise, asked.matter, "rate", said)
            contacts.answered([asked.matter])
        return asked.matter

    def stay_silent(self, day, matter):
        """Ask the enterprise, which never answers."""
        with travel(moment(day, 17)):
            asked = contacts.ask(SYSTEM, matter).matter
        with travel(moment(day + timedelta(days=9), 9)):
            flow.move(SYSTEM, asked, "lapse", {})
        return asked

    def timetable(self, day=FIRST, units=()):
        """Approve a timetable of the project; nodes of each side go to the units in turn. Return (id, nodes)."""
        with travel(moment(day)):
            drawing.draft(self.coordinator, self.about)
            made = rows.currents([self.about])[self.about].draft
            for number, node in enumerate(rows.nodes([made.id])[made.id]):
                if units:
                    unit = units[number % len(units)]
                    recording.adjust_node(self.coordinator, made.id, node.key, unit_id=unit)
            flow.move(self.officer, made.matter, "submit", {})
            flow.move(self.leader, made.matter, "approve", {})
        return made.id, {node.key: node for node in rows.nodes([made.id])[made.id]}

    def promise(self, day, unit, due, side="government"):
        """Register a promise."""
        with travel(moment(day)):
            data = {"title": "通路", "side": side, "topic": "land", "clause": "第一条", "unit": unit,
                    "due": due.isoformat()}  # fmt: skip
            return flow.open(
                self.coordinator, "projects.promise", data, scope=self.scope, subject=self.about
            ).matter

    def keep(self, day, matter, unit):
        """Keep it and have it accepted."""
        clerk = self.clerks[unit]
        with travel(moment(day, 15)):
            flow.move(clerk, matter, "claim", {"reply": "已通", "evidence": [make.make_file(clerk, matter)]})
            flow.move(self.coordinator, matter, "accept", {})

    def question(self, day, unit):
        """Ask a date and hand it on."""
        with travel(moment(day)):
            data = {"title": "何时投产", "asks": "missing"}
            matter = flow.open(
                self.coordinator, "projects.date", data, scope=self.scope, subject=self.about
            ).matter
            flow.move(self.coordinator, matter, "hand_on", {"unit": unit})
        return matter

    def live(self, seed=7, count=40):
        """Let a random quarter pass."""
        chance = random.Random(seed)
        for number in range(count):
            day = FIRST + timedelta(days=chance.randrange(80))
            unit = chance.choice([self.bureau, self.land, self.power])
            category = chance.choice(["permit", "land", "utilities"])
            kind = chance.random()
            if kind < 0.6:
                self._problem(chance, day, unit, category)
            elif kind < 0.8:
                due = day + timedelta(days=chance.randrange(3, 15))
                made = self.promise(day, unit, due, chance.choice(["government", "government", "enterprise"]))
                if chance.random() < 0.7:
                    self.keep(day + timedelta(days=chance.randrange(1, 16)), made, unit)
            else:
                made = self.question(day, unit)
                if chance.random() < 0.5:
                    with travel(moment(day + timedelta(days=chance.randrange(1, 9)))):
                        flow.move(self.coordinator, made, "drop", {"reason": f"不问了{number}"})

    def _problem(self, chance, day, unit, category):
        matter = self.problem(day, unit, category)
        step = chance.random()
        if step < 0.15:
            return
        day += timedelta(days=chance.randrange(1, 12))
        if step < 0.2:
            with travel(moment(day)):
                flow.move(self.coordinator, matter, "withdraw", {"reason": "撤回"})
            return
        self.answer(day, matter, unit, chance.choice(["solved", "solved", "partly", "policy"]))
        if step < 0.3:
            return
        self.close(day + timedelta(days=1), matter)
        if step < 0.4:
            self.stay_silent(day + timedelta(days=1), matter)
        elif step < 0.8:
            self.hear(day + timedelta(days=2), matter, chance.choice(["satisfied", "unsatisfied", ""]))


@pytest.fixture
def town(db, settings):
    """A fresh town on the morning after its quarter, in English."""
    settings.MFA_REQUIRED = False
    registry.forget()
    with travel(moment(FIRST, 8)), translation.override("en"):
        made = Town()
    with travel(moment(NOW, 9)), translation.override("en"):
        yield made
    registry.forget()
