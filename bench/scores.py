"""Scores of 200 departments over a year, counted, scored and frozen; and that the slow query counts the same.

``python -m bench.scores [--json] [--departments 200] [--matters 40000] [--sample 400]``. The slow query
judges a sample of the departments' matters row by row in Python; the same sample by the fast one must be equal.
"""

import argparse
import random
import time
from datetime import date, datetime, timedelta
from typing import Any

from bench.harness import database, main

_CLOCK = (
    "matter_id", "name", "rule", "limit_id", "value", "unit", "roll", "main", "place", "started", "due", "provisional",
    "calendar_version", "state", "episode", "turn", "next_kind", "ended_at",
)  # fmt: skip
YEAR = date(2025, 12, 1), date(2026, 11, 28)


def _house(departments: int) -> tuple[int, list[int], int]:
    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.identity.actors import SYSTEM

    people.sync_roles()
    park = people.add_division(SYSTEM, "基准园区", "park", 0)
    units = [
        people.create_organisation(SYSTEM, f"部门{n}", "government", division=park)
        for n in range(departments)
    ]
    user = people.create_user(SYSTEM, "bench", "基准", password=None)
    post = people.appoint(SYSTEM, user, units[0], "supervisor", park)
    return park, units, post


def _moment(day: date, hour: int) -> datetime:
    from bihuan.kernel.now import LOCAL

    return datetime(day.year, day.month, day.day, hour, tzinfo=LOCAL)


def _rows(park: int, units: list[int], post: int, count: int, rules: int) -> None:
    """Write matters with spans, clocks and entries as flow leaves them, by COPY: one by one takes hours."""
    from bihuan.kernel.store.many import insert_rows
    from bihuan.kernel.store.sql import new_ids

    chance = random.Random(3)
    ids = new_ids(count)
    matters, spans, clocks, entries, rated = [], [], [], [], []
    for number, key in enumerate(ids):
        day = YEAR[0] + timedelta(days=chance.randrange(0, 355))
        opened, assigned = _moment(day, 9), _moment(day, 11)
        unit = units[chance.randrange(len(units))]
        due = assigned + timedelta(days=7)
        taken = chance.randrange(1, 11)
        closed = (
            assigned + timedelta(days=taken) if chance.random() < 0.9 and day < date(2026, 11, 15) else None
        )
        state = "running" if closed is None else "met" if closed <= due else "missed"
        category = ("permit", "land", "utilities")[number % 3]
        matters.append((
            key, f"BM{number:07d}", rules, "projects", "projects.problem", f"问题{number}",
            "closed" if closed else "handling", closed is None, 1, "solved" if closed else "", 0 if closed else unit,
            0, "", unit, unit, 0, 0, 0, 0, 0, number % 500 + 1, 0, park, 0, 0, 0, 0, 0, 0, 0, park, due,
            "none" if closed else "running", f'{{"category": "{category}"}}', 3, opened, closed or assigned, closed,
            4, b"x", 4,
        ))  # fmt: skip
        steps = [(1, "registered", 0, "open", opened), (2, "handling", unit, "assign", assigned)]
        if closed:
            steps += [(3, "closed", 0, "sign_off", closed)]
        for at, (n, stage, holder, move, since) in enumerate(steps):
            until = steps[at + 1][4] if at + 1 < len(steps) else None
            spans.append(
                (key, n, stage, holder, 0, "", "running" if holder else "none", 1, move, since, until, True)
            )
            text = f'{{"actor":{{"post":{post},"unit":{unit}}},"facts":{{"data":{{"closing":"solved"}}}}}}'
            entries.append((key, since, since, n, move, b"x", text))
        if closed and chance.random() < 0.5:
            rated.append((key, unit, closed + timedelta(hours=5), chance.random()))
        clocks.append((key, "handle", "projects.problem.handle", 0, 5, "wd", True, True, "{}", assigned, due, False, 1,
                       state, 1, 1, "", closed))  # fmt: skip
    from bihuan.kernel.flow.rows import COLUMNS

    _contacts(park, rated, matters, spans, entries)
    insert_rows("flow_matter", COLUMNS, matters)
    insert_rows("flow_span", ("matter_id", "n", "stage", "holder_unit", "holder_post", "holder_role", "clock",
                              "episode", "move", "since", "until", "told"), spans)  # fmt: skip
    insert_rows("ledger_entry", ("chain_id", "at", "recorded", "seq", "move", "hash", "text"), entries)
    insert_rows("clock_clock", _CLOCK, clocks)


def _contacts(park: int, rated: list[Any], matters: list[Any], spans: list[Any], entries: list[Any]) -> None:
    """Add the contacts about half of what was closed: four in five are satisfied, one in ten stays silent."""
    from bihuan.kernel.flow import registry
    from bihuan.kernel.store.sql import new_ids

    rules, _mechanism = registry.current("callbacks.contact")
    for key, (parent, unit, asked, chance) in zip(new_ids(len(rated)), rated, strict=True):
        silent, later = chance > 0.9, asked + timedelta(days=1)
        stage = "lapsed" if silent else "rated"
        matters.append((
            key, f"BC{key:08d}", rules, "callbacks", "callbacks.contact", f"评价{key}", stage, False, 1, "", 0,
            0, "", 0, 0, 1, 0, 0, 0, 0, 0, parent, park, 0, 0, 0, 0, 0, 0, 0, park, None, "none",
            f'{{"rated": {unit}, "turn": 1}}', 2, asked, later, later, 2, b"x", 2,
        ))  # fmt: skip
        spans.append((key, 1, "asked", 0, 0, "", "running", 1, "open", asked, later, True))
        spans.append((key, 2, stage, 0, 0, "", "none", 1, "lapse" if silent else "rate", later, None, True))
        grade = "unsatisfied" if chance > 0.8 else "satisfied"
        text = f'{{"actor":{{"party":1}},"facts":{{"data":{{"grade":"{grade}"}}}}}}'
        entries.append((key, asked, asked, 1, "open", b"x", '{"actor":{},"facts":{"data":{}}}'))
        entries.append((key, later, later, 2, "lapse" if silent else "rate", b"x", text))


def _slow(question: Any, sources: Any, ids: list[int]) -> dict[Any, Any]:
    from tests.lines.supervision import slow

    return slow.count(question, sources, ids)


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Write a year, count and freeze it three times, compare a sample with the slow query."""
    with database():
        from bihuan.kernel.flow import registry
        from bihuan.kernel.identity import selectors as identity
        from bihuan.kernel.store.sql import run
        from bihuan.lines.supervision.scoring import actions, counting, schemes
        from bihuan.lines.supervision.scoring.counting import Question

        park, units, post = _house(args.departments)
        rules, _mechanism = registry.current("projects.problem")
        _rows(park, units, post, args.matters, rules)
        run("ANALYZE")
        actor = identity.as_actor(identity.post(post))
        data = {"title": "年度考核", "subjects": "unit", "since": str(YEAR[0]), "until": str(YEAR[1])}
        taken = []
        for _turn in range(3):
            start = time.perf_counter()
            actions.draft(actor, data)
            taken.append(time.perf_counter() - start)
        sources = schemes.in_force(park).rules["sources"]
        asked = Question("unit", "park", park, *YEAR, YEAR[1])
        fast: dict[Any, dict[str, set[str]]] = {}
        for subject, criterion, _mix, outcome, cases in counting.count(asked, sources):
            fast.setdefault((subject, criterion), {}).setdefault(outcome, set()).update(cases)
        ids = [
            row[0]
            for row in run(
                "SELECT id FROM flow_matter WHERE kind = 'projects.problem' ORDER BY id LIMIT %s",
                (args.sample,),
            )
        ]
        start = time.perf_counter()
        slow = _slow(asked, sources, ids)
        slow_s = time.perf_counter() - start
        same = all(
            set(cases) <= fast[key][outcome] for key, by in slow.items() for outcome, cases in by.items()
        )
        return {
            "departments": args.departments, "matters": args.matters, "scored_and_frozen_s": round(min(taken), 2),
            "cases": sum(len(c) for by in fast.values() for c in by.values()),
            "slow_query_s_for_all": round(slow_s * args.matters / max(args.sample, 1), 1),
            "ratio": round(slow_s * args.matters / max(args.sample, 1) / min(taken), 1),
            "sample_equal": same,
        }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(
        main("Scores of departments over a year", measure, departments=200, matters=40_000, sample=400)
    )
