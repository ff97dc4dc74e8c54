"""Pages at 10,000 projects and 100,000 matters, and the import that brings the projects in.

``python -m bench.pages [--json] [--projects 10000] [--matters 100000] [--rounds 40] [--opened 100000]``. The import
runs in a process of its own, so that its memory is its own; pages are asked through Django's test client, database
and all. Of the matters ``opened`` come through :func:`open_many` as an office's would; the rest are copies of their
rows (matter, spans, clocks, entries) made set-based in SQL, with codes of their own and spread over the years before:
what lists, lights and figures read. Copies are not in the search's index, and their entries belong to no sealed chain.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.harness import database, main, peak_mb

_HEAD = ("项目名称", "建设单位", "所在园区", "产业类别", "总投资", "用地面积", "签约时间", "拿地时间", "开工时间",
         "计划竣工时间", "计划投产时间", "当前阶段", "存在问题", "责任部门", "网址", "报道日期", "备注")  # fmt: skip
_INDUSTRIES = ("新能源", "生物医药", "先进制造", "电子信息", "现代物流", "新材料")
_WORDS = ("道路", "供水", "供电", "燃气", "许可", "用地", "拆迁", "排水", "融资", "用工", "补贴", "噪音")


def workbook(path: Path, rows: int) -> None:
    """Write a plain workbook as an office would send it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("重点项目台账")
    for column, title in enumerate(_HEAD):
        sheet.write(0, column, title)
    for number in range(1, rows + 1):
        year, month = 2027 + number % 3, number % 12 + 1
        values = [
            f"产业项目第{number}号", f"建设单位{number % 900}公司", "",
            _INDUSTRIES[number % 6], f"{number % 90 + 1}亿元",
            f"约{number % 400 + 20}亩", f"202{number % 5}.{month}", "", f"202{number % 6}/{month}/1", "",
            f"{year}年{month}月" if number % 3 else "", "开工在建", "", "", "", "2026-03-01", "",
        ]  # fmt: skip
        for column, value in enumerate(values):
            sheet.write(number, column, value)
    book.close()


def import_here(path: str) -> dict[str, float]:
    """Plan and apply the workbook in this process; return seconds and the peak of memory in MB."""
    import django

    django.setup()
    from bihuan.kernel.identity.actors import SYSTEM
    from bihuan.lines.projects.intake import apply_import, plan_import

    start = time.perf_counter()
    plan = plan_import(SYSTEM, path, date(2026, 3, 2))
    apply_import(SYSTEM, plan)
    seconds = time.perf_counter() - start
    return {"rows": len(plan.rows), "seconds": round(seconds, 2), "peak_mb": peak_mb()}


def _people() -> tuple[int, int, int]:
    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.identity.actors import SYSTEM

    people.sync_roles()
    park = people.add_division(SYSTEM, "基准园区", "park", 0)
    unit = people.create_organisation(SYSTEM, "基准中心", "government", division=park)
    user = people.create_user(SYSTEM, "bench", "基准", password=None)
    return user, people.appoint(SYSTEM, user, unit, "coordinator", park), park


def _matters(count: int, opened: int, park: int, user: int, post: int) -> None:
    from bihuan.kernel.flow.bulk import New, open_many
    from bihuan.kernel.flow.standing import count_standing
    from bihuan.kernel.identity import selectors as identity
    from bihuan.kernel.jobs import run_due
    from bihuan.kernel.search.actions import measure
    from bihuan.kernel.store.sql import run

    actor, scope = identity.actor_of(user, post), identity.scope_of(park)
    run("UPDATE projects_project SET park = %s, division = %s", (park, park))
    projects = [row[0] for row in run("SELECT id FROM projects_project ORDER BY id")]
    opened = min(count, opened)
    for first in range(0, opened, 5000):
        news = [
            New({"title": f"{_WORDS[n % 12]}{_WORDS[n // 12 % 12]}问题第{n}件", "category": "other"}, scope,
                subject=projects[n % len(projects)])
            for n in range(first, min(first + 5000, opened))
        ]  # fmt: skip
        open_many(actor, "projects.problem", news)
        run_due()
    if count > opened:
        _copy(count, opened)
    measure()
    count_standing()
    run("VACUUM ANALYZE")


#: Table, its column of the matter's id, and the columns the database gives anew.
_COPIED = (
    ("flow_matter", "id", ()),
    ("flow_span", "matter_id", ()),
    ("clock_clock", "matter_id", ("id",)),
    ("ledger_entry", "chain_id", ("xact",)),
)
#: What happens a copy ago happens so many days earlier.
_EARLIER = 40


def _copy(count: int, opened: int) -> None:
    """Make copies of the matters until there are so many: each round copies all that were opened, at most."""
    from bihuan.kernel.store.sql import run

    first, last = run("SELECT min(id), max(id) FROM flow_matter WHERE kind = 'projects.problem'")[0]
    step = last - first + 1
    for turn in range(1, -(-count // opened)):
        for table, key, left in _COPIED:
            run(
                _copying(table, key, left),
                {"shift": step * turn, "days": turn * _EARLIER, "first": first, "last": last},
            )
    run("SELECT setval('bihuan_chain', %s)", (last + step * -(-count // opened),))


def _copying(table: str, key: str, left: Sequence[str]) -> str:
    from bihuan.kernel.store.sql import run

    columns = run(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'"
        " AND table_schema = 'public' ORDER BY ordinal_position",
        (table,),
    )
    given = []
    for name, kind in columns:
        if name in left:
            continue
        value = f"t.{name}"
        if name == key:
            value = f"t.{name} + %(shift)s"
        elif name == "code":
            value = f"left(t.{name}, 4) || '-' || lpad((t.{key} + %(shift)s)::text, 9, '0')"
        elif kind == "timestamp with time zone":
            value = f"t.{name} - make_interval(days => %(days)s)"
        given.append((name, value))
    names, values = (", ".join(part) for part in zip(*given, strict=True))
    where = f"t.{key} BETWEEN %(first)s AND %(last)s"
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t WHERE {where}"


def _wall() -> dict[str, float]:
    """Give a tenth of the matters to four units, put a part of them behind, count what the wall shows."""
    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.identity.actors import SYSTEM
    from bihuan.kernel.store.sql import run
    from bihuan.lines.projects.standings.actions import refresh
    from bihuan.lines.projects.timetables import drafting
    from bihuan.lines.wall import actions

    ids = [row[0] for row in run("SELECT id FROM projects_project ORDER BY id")]
    drafting.attend(SYSTEM, ids)
    run("UPDATE projects_timetable SET state = 'approved', approved_at = created_at WHERE state = 'draft'")
    run("UPDATE projects_node SET planned_start = latest_start, planned_finish = latest_finish")
    units = [people.create_organisation(SYSTEM, f"基准单位{n}", "government") for n in range(4)]
    run("UPDATE flow_matter SET lead_unit = (%s::bigint[])[mod(id, 4) + 1] WHERE mod(id, 10) = 0", (units,))
    run("UPDATE flow_matter SET due = due - interval '60 days' WHERE mod(id, 20) = 0 AND due IS NOT NULL")
    run("UPDATE clock_clock SET due = due - interval '60 days' WHERE mod(matter_id, 20) = 0")
    run("VACUUM ANALYZE")  # as the database does by itself within minutes of so many changes
    taken = {}
    for name, count in (
        ("projects", refresh),
        ("matters", actions.refresh_loads),
        ("ranks", actions.refresh_ranks),
    ):
        start = time.perf_counter()
        count()
        taken[f"{name}_s"] = round(time.perf_counter() - start, 2)
    return taken


def _client(user: int, post: int) -> Any:
    from django.conf import settings
    from django.test import Client

    from bihuan.kernel.identity.models import User

    settings.MFA_REQUIRED = False
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(id=user), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["post"] = post
    session.save()
    return client


def _times(client: Any, path: str, rounds: int) -> dict[str, float]:
    taken = []
    for turn in range(rounds + 3):
        start = time.perf_counter()
        answer = client.get(path)
        if turn >= 3:
            taken.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    taken.sort()
    return {
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(taken[int(len(taken) * 0.95) - 1], 1),
    }


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Measure the import, then the pages."""
    with database(), TemporaryDirectory() as folder:
        file = Path(folder) / "台账.xlsx"
        workbook(file, args.projects)
        child = [sys.executable, "-m", "bench.pages", "--import-here", str(file)]
        done = subprocess.run(child, capture_output=True, text=True, check=True, env=os.environ)
        result: dict[str, Any] = {"import": json.loads(done.stdout)}
        from bihuan.kernel.figures.actions import refresh_daily

        user, post, park = _people()
        start = time.perf_counter()
        _matters(args.matters, args.opened, park, user, post)
        result["matters_opened_s"] = round(time.perf_counter() - start, 1)
        result["wall counted"] = _wall()
        start = time.perf_counter()
        refresh_daily()
        result["figures_counted_s"] = round(time.perf_counter() - start, 1)
        client = _client(user, post)
        for name, path in _paths().items():
            result[name] = _times(client, path, args.rounds)
        return result


def _paths() -> dict[str, str]:
    from bihuan.kernel.store.sql import run

    code = run("SELECT code FROM flow_matter ORDER BY id DESC LIMIT 1")[0][0]
    project = run("SELECT max(id) FROM projects_project")[0][0]
    return {
        "workbench": "/",
        "wall": "/wall/",
        "wall for visitors": "/wall/visitors/",
        "wall: matters overdue": "/wall/matters/?light=late",
        "wall: projects red": "/wall/projects/?light=late",
        "all figures": "/figures/",
        "a figure's matters": "/figures/projects.problem.on_time/?part=denominator",
        "figures of projects": "/projects/figures/",
        "matters": "/matters/",
        "matter": f"/matters/{code}/",
        "projects": "/projects/",
        "project": f"/projects/{project}/",
        "search common": "/search/?q=供水",
        "search rare": "/search/?q=第4711件",
        "mechanism": "/mechanisms/projects.problem/",
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--import-here"]:
        sys.stdout.write(json.dumps(import_here(sys.argv[2])))
        raise SystemExit(0)
    raise SystemExit(
        main(
            "Pages at 10,000 projects and 100,000 matters",
            measure,
            projects=10_000,
            matters=100_000,
            rounds=40,
            opened=100_000,
        )
    )
