"""Imports killed at any moment and begun again: all of a workbook or nothing, and in the end all of it once."""

import subprocess
import time
from pathlib import Path

from bench.faults.house import PROGRAM
from bench.faults.running import Run

_ROWS, _PROBLEMS = 600, 200
_HEAD = "项目名称,建设单位,总投资,计划投产时间,存在问题\n"


def kill(run: Run) -> None:
    """Import workbooks from the command line, each killed a few times before it may finish."""
    end, number = time.monotonic() + run.seconds, 0
    while time.monotonic() < end or number == 0:
        number += 1
        _bring_in(run, number)


def _bring_in(run: Run, number: int) -> None:
    mark = f"第{number}批"
    file = run.house.folder / f"import-{number}.csv"
    problems = ("供水未通" if n < _PROBLEMS else "" for n in range(_ROWS))
    rows = (f"试伤{mark}项目{n}号,试伤{mark}公司{n}号,1亿元,2027年6月,{p}" for n, p in enumerate(problems))
    file.write_text(_HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    begun = time.monotonic()
    whole = 30.0
    for share in (0.4, 0.6, 0.75, 0.9):
        _killed(run, file, whole * share * run.chance.uniform(0.8, 1.2))
        found = _count(run, mark)
        if found == (_ROWS, _PROBLEMS):
            break
        if found != (0, 0):
            run.broken.append(f"{mark}: {found[0]} projects and {found[1]} problems of a killed import")
    else:
        begun = time.monotonic()
        _again(run, file)
        whole = time.monotonic() - begun
    _again(run, file)
    if (found := _count(run, mark)) != (_ROWS, _PROBLEMS):
        run.broken.append(
            f"{mark}: {found[0]} projects, {found[1]} problems; {_ROWS}, {_PROBLEMS} were imported"
        )
    run.counts["imports"] = number


def _killed(run: Run, file: Path, after: float) -> None:
    with (run.house.folder / "commands.log").open("ab") as log:
        one = subprocess.Popen(
            [*PROGRAM, "import", "projects", str(file), "--json"],
            env=run.house.environment, stdout=subprocess.DEVNULL, stderr=log,
        )  # fmt: skip
        try:
            one.wait(after)
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()
            run.done.append("killed")


def _again(run: Run, file: Path) -> None:
    command = [*PROGRAM, "import", "projects", str(file), "--json"]
    done = subprocess.run(command, env=run.house.environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        run.broken.append(f"an import begun again ended with {done.returncode}: {done.stdout[-300:]}")


def _count(run: Run, mark: str) -> tuple[int, int]:
    with run.house.owner() as connection:
        projects = connection.execute(
            "SELECT array_agg(id) FROM projects_project WHERE name LIKE %s AND withdrawn_at IS NULL",
            [f"试伤{mark}%"],
        ).fetchone()
        ids = (projects and projects[0]) or []
        problems = connection.execute(
            "SELECT count(*) FROM flow_matter WHERE kind = 'projects.problem' AND subject = ANY(%s)", [ids]
        ).fetchone()
    return len(ids), problems[0] if problems else 0
