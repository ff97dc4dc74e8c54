"""A quarterly summary over 10,000 projects: frozen, counted, compared and drafted; and papers of 100 orders.

``python -m bench.bulletins [--json] [--projects 10000] [--matters 60000] [--papers 100]``. What is written is what a
quarter of a large place leaves: problems and orders with spans, clocks and entries, duties of contact kept, a
register of projects and their visits. The sum of the days is compared with the registered figures asked once.
"""

import argparse
import json
import os
import random
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.harness import database, main

QUARTER = date(2026, 7, 1), date(2026, 9, 30)
_CLOCK = (
    "matter_id", "name", "rule", "limit_id", "value", "unit", "roll", "main", "place", "started", "due", "provisional",
    "calendar_version", "state", "episode", "turn", "next_kind", "ended_at",
)  # fmt: skip


def _house(units: int) -> tuple[int, list[int], int]:
    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.identity.actors import SYSTEM

    people.sync_roles()
    park = people.add_division(SYSTEM, "基准园区", "park", 0)
    made = [people.create_organisation(SYSTEM, f"部门{n}", "government", division=park) for n in range(units)]
    user = people.create_user(SYSTEM, "bench", "基准", password=None)
    return park, made, people.appoint(SYSTEM, user, made[0], "supervisor", park)


def _moment(day: date, hour: int) -> datetime:
    from bihuan.kernel.now import LOCAL

    return datetime(day.year, day.month, day.day, hour, tzinfo=LOCAL)


def _projects(park: int, count: int) -> None:
    """Enter projects as their import leaves them, by COPY."""
    from django.apps import apps

    from bihuan.kernel.now import now
    from bihuan.kernel.store.many import insert_rows
    from bihuan.kernel.store.sql import new_ids

    model = apps.get_model("projects", "Project")
    moment = now()
    rows = []
    for number, key in enumerate(new_ids(count)):
        name = f"项目{number}"
        made = model(id=key, name=name, name_key=name, division=park, park=park, seq=1, ver=1, head=b"x",
                     created_at=moment - timedelta(days=300), amended_at=moment)  # fmt: skip
        rows.append(tuple(_plain(getattr(made, field.attname)) for field in model._meta.concrete_fields))
    insert_rows("projects_project", tuple(str(field.column) for field in model._meta.concrete_fields), rows)


def _plain(value: Any) -> Any:
    """Return a value as COPY takes it."""
    return json.dumps(value) if isinstance(value, dict) else value


def _matters(park: int, units: list[int], post: int, count: int) -> None:
    """Write matters with spans, clocks and entries as flow leaves them, by COPY."""
    from bihuan.kernel.flow import registry
    from bihuan.kernel.flow.rows import COLUMNS
    from bihuan.kernel.store.many import insert_rows
    from bihuan.kernel.store.sql import new_ids

    chance = random.Random(5)
    problem, duty = (registry.current(name)[0] for name in ("projects.problem", "officers.contact"))
    matters, spans, clocks, entries = [], [], [], []
    for number, key in enumerate(new_ids(count)):
        kept = number % 3 == 2
        day = QUARTER[0] + timedelta(days=chance.randrange(92))
        opened = _moment(day, 9)
        closed = opened + timedelta(days=chance.randrange(1, 12)) if chance.random() < 0.9 else None
        due, unit = opened + timedelta(days=7), units[chance.randrange(len(units))]
        kind, first, last = (
            ("officers.contact", "due", "kept") if kept else ("projects.problem", "handling", "closed")
        )
        matters.append((
            key, f"BB{number:07d}", duty if kept else problem, kind.partition(".")[0], kind, f"事{number}",
            last if closed else first, closed is None, 1, "solved" if closed else "", 0 if closed else unit, 0, "",
            unit, unit, 0, 0, 0, 0, 0, number + 1 if kept else number % 10_000 + 1, 0, park, 0, 0, 0, 0, 0, 0, 0, park,
            due,
            "none" if closed else "running", "{}", 2, opened, closed or opened, closed, 2, b"x", 2,
        ))  # fmt: skip
        for n, stage, move, since, until in (
            (1, first, "open", opened, closed), (2, last, "keep" if kept else "sign_off", closed, None),
        ):  # fmt: skip
            if since is None:
                continue
            spans.append((key, n, stage, unit, 0, "", "running", 1, move, since, until, True))
            text = f'{{"actor":{{"kind":"post","post":{post},"unit":{unit}}},"facts":{{"data":{{}}}}}}'
            entries.append((key, since, since, n, move, b"x", text))
        state = "running" if closed is None else "met" if closed <= due else "missed"
        name = "turn" if kept else "handle"
        clocks.append((key, name, f"bench.{name}", 0, 5, "wd", True, True, "{}", opened, due, False, 1, state, 1, 1, "",
                       closed))  # fmt: skip
    insert_rows("flow_matter", COLUMNS, matters)
    insert_rows("flow_span", ("matter_id", "n", "stage", "holder_unit", "holder_post", "holder_role", "clock",
                              "episode", "move", "since", "until", "told"), spans)  # fmt: skip
    insert_rows("ledger_entry", ("chain_id", "at", "recorded", "seq", "move", "hash", "text"), entries)
    insert_rows("clock_clock", _CLOCK, clocks)


def _cpu() -> float:
    """Return the processor's seconds this process and its database session have used: fair on a busy machine."""
    from bihuan.kernel.store.sql import run

    pid = run("SELECT pg_backend_pid()")[0][0]
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return time.process_time() + sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _papers(actor: Any, park: int, count: int) -> tuple[float, float]:
    """Draft and draw as many papers as asked, as DOCX and PDF; return the seconds and the processor's seconds."""
    from bihuan.kernel.identity.selectors import scope_of
    from bihuan.kernel.papers import actions, rendering
    from bihuan.lines.supervision.issuing.kinds import REPORT

    said = {"name": "百日攻坚", "text": "请抓紧办理。\n按周报送进展。", "basis": "按系统数据。"}
    scope = scope_of(park)
    made = [actions.draft(actor, REPORT.name, {**said, "day": f"第{n}天"}, scope=scope) for n in range(count)]
    start, cpu = time.perf_counter(), time.process_time()
    for paper in made:
        rendering.docx(paper)
        rendering.pdf(paper)
    return time.perf_counter() - start, time.process_time() - cpu


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Write a quarter, draft its summary, compare it with the registered figures, draw papers."""
    with database():
        from bihuan.kernel.figures import selectors as figures
        from bihuan.kernel.identity import selectors as identity
        from bihuan.kernel.store.sql import run
        from bihuan.lines.supervision.bulletins import actions, counting, selectors
        from bihuan.logic import periods

        park, units, post = _house(args.departments)
        _projects(park, args.projects)
        _matters(park, units, post, args.matters)
        run("ANALYZE")
        actor = identity.as_actor(identity.post(post))
        quarter = periods.containing("quarter", QUARTER[0])
        start, cpu = time.perf_counter(), _cpu()
        made = actions.prepare(actor, quarter)
        taken, worked = time.perf_counter() - start, _cpu() - cpu
        row = selectors.bulletin(actor, made)
        start = time.perf_counter()
        same = True
        for name in ("opened", "on_time", "late", "contacts"):
            (asked,) = figures.computed(
                figures.definition(f"supervision.{name}", quarter.until, "default"), [counting.branch_of(park)],
                quarter.until, quarter.since,
            )  # fmt: skip
            same = same and int(asked.numerator) == row.totals.get(name, 0)
        slow = time.perf_counter() - start
        wall, drawn = _papers(actor, park, args.papers)
        return {
            "projects": args.projects, "matters": args.matters, "quarterly_summary_s": round(taken, 2),
            "quarterly_summary_cpu_s": round(worked, 2),
            "opened": row.totals.get("opened", 0), "four_figures_asked_s": round(slow, 2),
            "ratio": round(slow / taken, 2), "figures_equal": same, "papers": args.papers,
            "papers_docx_and_pdf_s": round(wall, 2), "papers_cpu_s": round(drawn, 2),
        }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(
        main(
            "A quarterly summary over 10,000 projects",
            measure,
            projects=10_000,
            matters=60_000,
            departments=60,
            papers=100,
        )
    )
