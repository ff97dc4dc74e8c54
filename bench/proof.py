"""What Bihuan promises, measured: ``python -m bench.proof [NAME …] [--draw]`` writes ``docs/proof.md``.

Each figure has a bound and the benchmark that prints it. What was measured stands in ``docs/proof.json`` with its
day and machine, so a part can be measured again without the rest; ``--draw`` only writes the page anew. What falls
short stays on the page with its reason. Run it on an idle machine: figures of a busy one show the others' work.
"""

import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.__main__ import flat

ROOT = Path(__file__).parents[1]
KEPT, PAGE = ROOT / "docs" / "proof.json", ROOT / "docs" / "proof.md"


@dataclass(frozen=True, slots=True)
class Promise:
    """A bound on one figure of a benchmark: at least, at most or exactly; without one it is told for comparison.

    ``short`` says why it may be missed.
    """

    figure: str
    says: str
    least: float | None = None
    most: float | None = None
    exactly: Any = None
    short: str = ""

    def bound(self) -> str:
        """Return the bound in words."""
        if self.least is not None:
            return f"≥ {self.least:,g}"
        if self.most is not None:
            return f"≤ {self.most:,g}"
        return "" if self.exactly is None else str(self.exactly)

    def holds(self, value: Any) -> bool:
        """Whether a measured value keeps it; one that was not measured keeps nothing."""
        if value is None:
            return not self.bound()
        if self.least is not None:
            return bool(value >= self.least)
        if self.most is not None:
            return bool(value <= self.most)
        return self.exactly is None or bool(value == self.exactly)


@dataclass(frozen=True, slots=True)
class Proof:
    """One benchmark as the proof runs it, and what it has to show."""

    title: str
    promises: tuple[Promise, ...]
    options: tuple[str, ...] = ()


_BARE = (
    "Bound to the machine: the bound was set where bare psycopg commits 2,500 rows a second on one connection;"
    " what it reaches here stands in the same section."
)
_BULK = (
    "What bare psycopg reaches with COPY of the same rows stands below: no code is faster than the machine. The rest is"
    " the program's: about 50 µs of processor time a row moved and 80 a row opened, a quarter of which seals the title"
    " under a key of its own; and both sides share two cores."
)
_PAGES = (
    "workbench",
    "matters",
    "matter",
    "projects",
    "project",
    "search common",
    "search rare",
    "mechanism",
)
_WALL = ("wall", "wall for visitors", "wall: matters overdue", "wall: projects red")

_HOTLINE = (("queue", 100), ("queue, late", 100), ("search", 100), ("search rare", 100), ("grids", 300),
            ("rates", 300), ("rates by street", 300), ("hotspots", 300))  # fmt: skip
_LIVES = (
    "A life is five calls: 3 to 4 ms of Python each, no part of it above a tenth (way in and out, token, decision,"
    " sealing, log line), and about 1.5 ms of PostgreSQL, on two cores that run the clients, too. Bound to the machine:"
    " within three hours the same program did 48, 70 and 82 on one, as fast as the clients' own Python ran there."
)
_PHONE = (
    "Two journeys of 150 ms stand before the first byte, one more before the style sheet, and what they bring is drawn"
    " by a processor four times slower; a page of one's own work is also asked of the database."
)
_FIRST = ("/accounts/login/", "/enterprise/join/", "/ of zhuanyuan", "/ of lingdao")
_INJURIES = (
    "kill_web", "kill_worker", "kill_database", "kill_anything", "cut_connections", "database_gone",
    "database_frozen", "disk_full", "clock_jumped", "worker_paused", "many_schedulers", "import_killed",
    "primary_killed", "upgraded",
)  # fmt: skip

PROOFS: dict[str, Proof] = {
    "kernel": Proof(
        "Durable moves, against hand-written psycopg with the same rows and triggers",
        (
            Promise("ratio", "single moves a second, share of bare psycopg's", least=0.4),
            Promise("psycopg_per_s", "bare psycopg on one connection"),
            Promise("psycopg_per_s_2_processes", "bare psycopg, two processes"),
            Promise("moves_per_s_2_processes", "moves a second, two processes", least=1800, short=_BARE),
            Promise("moves_per_s_2_processes_with_job", "the same, each with a job", least=1200, short=_BARE),
            Promise("open_many_per_s", "matters opened a second, in bulk", least=15_000, short=_BULK),
            Promise("bare_open_many_per_s", "bare psycopg copying the same rows in"),
            Promise("move_many_per_s", "matters moved a second, in bulk", least=20_000, short=_BULK),
            Promise("bare_move_many_per_s", "bare psycopg copying and updating the same rows"),
        ),
    ),
    "schedule": Proof(
        "Backward timetables of 10,000 projects with 30 nodes each",
        (Promise("ms", "milliseconds, forward and backward", most=50),),
    ),
    "scarce": Proof(
        "Plans people can carry (PSPLIB)",
        (
            Promise("j60.gap_percent", "mean gap to the best known, 60 jobs (%)", most=0.43),
            Promise("j120.gap_percent", "mean gap to the best known, 120 jobs (%)", most=1.74),
            Promise("j60.first_ms", "first answer, 60 jobs (ms)", most=10),
            Promise("j120.first_ms", "first answer, 120 jobs (ms)", most=10),
        ),
    ),
    "pages": Proof(
        "Pages at 10,000 projects and a million matters",
        (
            *(Promise(f"{name}.p95_ms", f"{name}, p95 (ms)", most=100) for name in _PAGES),
            *(Promise(f"{name}.p95_ms", f"{name}, p95 (ms)", most=300) for name in _WALL),
            Promise("import.seconds", "import of 10,000 project rows (s)", most=30),
            Promise("import.peak_mb", "memory of that import (MB)", most=300),
        ),
        ("--matters", "1000000"),
    ),
    "ledger": Proof(
        "The ledger verified",
        (
            Promise("verify_s", "a million entries (s)", most=60),
            Promise("peak_mb", "memory of the process (MB)", most=300),
        ),
        ("--entries", "1000000"),
    ),
    "export": Proof(
        "A list of a million matters as a table",
        (
            Promise("rows", "rows", exactly=1_000_000),
            Promise("peak_mb", "memory of the process (MB)", most=200),
            Promise("export_s", "seconds"),
        ),
    ),
    "sweep": Proof(
        "A sweep over a million running clocks, 20,000 due",
        (
            Promise("sweep_s", "seconds", most=10),
            Promise("skipped", "skipped", exactly=0),
            Promise("oldest_first", "oldest first", exactly=True),
        ),
    ),
    "scores": Proof(
        "Scores of 200 departments over a year",
        (
            Promise("scored_and_frozen_s", "seconds", most=5),
            Promise("sample_equal", "equal to the slow query", exactly=True),
        ),
    ),
    "bulletins": Proof(
        "A quarterly summary over 10,000 projects",
        (
            Promise("quarterly_summary_s", "seconds", most=10),
            Promise("figures_equal", "its figures equal the slow query's", exactly=True),
            Promise("papers_docx_and_pdf_s", "papers of 100 orders (s)", most=20),
        ),
    ),
    "lifecycle": Proof(
        "Whole lives of matters over HTTP beside a million others",
        (
            Promise("lifecycles_per_s", "lives a second", least=60, short=_LIVES),
            Promise("p95_ms", "p95 of a request (ms)", most=150),
            Promise("errors", "errors", exactly=0),
            Promise("ratio", "share of an empty installation's speed", least=0.9),
            Promise("bursts.errors", "errors in ten minutes of bursts", exactly=0),
            Promise("bursts.lost", "acknowledged and not found afterwards", exactly=0),
        ),
        ("--bursts", "600"),
    ),
    "hotline": Proof(
        "The hotline at a million orders, over HTTP",
        (
            Promise("matters", "orders", exactly=1_000_000),
            Promise("intake to dispatched.p95_ms", "a call taken in and dispatched, p95 (ms)", most=150),
            Promise("console suggestions.p95_ms", "what is known while one types, p95 (ms)", most=100),
            *(Promise(f"{name}.p95_ms", f"{name}, p95 (ms)", most=most) for name, most in _HOTLINE),
            Promise("burst.a_hour", "calls taken in an hour, eight desks at once", least=65_000),
            Promise("burst.faults", "faults among them", exactly=0),
            Promise("burst.lost", "acknowledged and not found afterwards", exactly=0),
            Promise("burst.twice", "taken in twice", exactly=0),
            Promise("warning sweep.first_s", "the first pass of the early warning over all orders (s)"),
            Promise("warning sweep.again_s", "the next pass (s)", most=2),
            Promise("warning sweep after the burst.first_s", "the pass after the burst (s)", most=2),
            Promise("memory_mb", "memory of the largest process (MB)", most=600),
        ),
    ),
    "races": Proof(
        "100,000 pairs of contradictory moves",
        (
            Promise("one_winner", "pairs with exactly one winner", exactly=100_000),
            Promise("ledger_findings", "findings of the ledger's verification", exactly=0),
            Promise("rebuilt_is_not_live", "matters whose history says otherwise than their row", exactly=0),
        ),
    ),
    "fuzz": Proof(
        "Requests drawn by schemathesis for the whole API and the Open311 door",
        (
            Promise("broken", "that broke them", exactly=0),
            Promise("requests", "requests to the API"),
            Promise("operations", "operations of the API"),
            Promise("seconds", "seconds it took"),
        ),
        ("--times", "6"),
    ),
    "faults": Proof(
        "Injured while it is used: kill -9, no database, a full disk, a jumped clock, a lost node",
        (
            Promise("broken", "sentences of docs/faults.md that do not hold", exactly=0),
            *(Promise(f"{name}.acknowledged", f"{name}: moves acknowledged, none lost") for name in _INJURIES),
        ),
        ("--seconds", "30"),
    ),
    "firstload": Proof(
        "The first page on a phone that has never been here (150 ms, 1.6 Mbit/s, a processor four times slower)",
        (
            *(Promise(f"{path}.lcp", f"{path}, largest paint (ms)", most=1000, short=_PHONE) for path in _FIRST),
            *(Promise(f"{path}.kb", f"{path}, over the wire (KB)") for path in _FIRST),
            *(
                Promise(f"lighthouse {path}.{part}", f"{path}, Lighthouse: {part}", least=90)
                for path in _FIRST[:2]
                for part in ("performance", "accessibility", "best-practices", "seo")
            ),
        ),
        ("--lighthouse", "1"),
    ),
    "dispatch": Proof(
        "Classes of messages: 5 folds, near copies in one fold, the threshold learned without the judged fold",
        (
            Promise("n", "messages", exactly=6447),
            Promise("macro_f1", "macro-F1", least=0.92),
            Promise("top2_accuracy", "right among the first two", least=0.985),
            Promise("precision", "precision above the threshold that training fixed", least=0.98),
            Promise("coverage", "share of messages above it", least=0.75),
            Promise("calibration_error", "calibration error", most=0.02),
            Promise("ms_per_message", "one message with its reasons (ms)", most=10),
            Promise("train_s", "training on four fifths (s)", most=60),
            Promise("baseline_macro_f1", "plain tf-idf with a linear SVM, macro-F1"),
        ),
    ),
    "hotspots": Proof(
        "Messages about one event, and what is hot among 2,596 real ones",
        (
            Promise("pairs", "pairs judged by a reader", least=300),
            Promise("precision", "precision on these (mostly hard) pairs"),
            Promise("recall", "recall on them"),
            Promise("baseline_precision", "single linkage at a cosine of 0.35: precision"),
            Promise("baseline_recall", "the same: recall"),
            Promise("known_issues_among_first_20", "of 8 issues a reader names, among the first 20", exactly=8),
        ),
    ),
    "bursts": Proof(
        "Early warning over 10,000 cells",
        (
            Promise("false_alarms_a_day", "false alarms a day", most=2),
            Promise("ears_c2_false_alarms_a_day", "EARS C2 on the same days"),
            Promise("recall", "recall on strong bursts", least=0.85),
            Promise("median_delay_days", "median delay (days)", most=1),
            Promise("scan_ms", "space–time scan of 300 areas × 60 days (ms)", most=5),
            Promise("day_ms", "taking in a day of all cells (ms)"),
        ),
    ),
}  # fmt: skip


def measured(name: str) -> dict[str, Any] | None:
    """Run one benchmark and return what it said, its day and its machine; None when it failed."""
    command = [sys.executable, "-m", f"bench.{name}", "--json", *PROOFS[name].options]
    print(" ".join(command[1:]), flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, check=False)
    try:
        said = json.loads(done.stdout)
    except ValueError:
        print(f"  failed ({done.returncode})")
        return None
    return {"on": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "machine": machine(), "said": dict(flat(said))}


def machine() -> str:
    """Return what this machine is, as far as it tells."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()} {platform.release()},"
        f" Python {platform.python_version()}, load {os.getloadavg()[2]:.1f} over the last quarter of an hour"
    )


def page(kept: dict[str, Any]) -> str:
    """Return the page: a section a benchmark, a line a promise."""
    lines = [
        "# Proof", "",
        "Every number is printed by the command above its table; `make proof` runs them all and writes this page.",
        "What falls short stands here too, with its reason.",
    ]  # fmt: skip
    for name, proof in PROOFS.items():
        lines += ["", f"## {proof.title}", "", f"`python -m bench.{' '.join((name, *proof.options))}`", ""]
        found = kept.get(name)
        if not found:
            lines.append("Not measured yet.")
            continue
        lines += [
            f"{found['on']}; {found['machine']}.",
            "",
            "| | Promised | Measured | Holds |",
            "|---|---|---|---|",
        ]
        reasons = []
        for one in proof.promises:
            value = found["said"].get(one.figure)
            holds, bound = one.holds(value), one.bound()
            shown = "—" if value is None else str(value) if isinstance(value, bool) else f"{value:,}"
            lines.append(
                f"| {one.says} | {bound} | {shown} | {'' if not bound else 'yes' if holds else '**no**'} |"
            )
            if not holds and one.short:
                reasons.append(one.short)
        lines += [line for reason in dict.fromkeys(reasons) for line in ("", reason)]
    return "\n".join(lines) + "\n"


def main(wanted: list[str]) -> int:
    """Measure what is named (all when nothing is), keep it, write the page; 1 when a benchmark failed."""
    draw = "--draw" in wanted
    names = [one for one in wanted if one != "--draw"] or ([] if draw else list(PROOFS))
    if strangers := set(names) - set(PROOFS):
        sys.exit(f"nothing is promised of {', '.join(sorted(strangers))}; there are {', '.join(PROOFS)}")
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    failed = False
    for name in names:
        found = measured(name)
        failed |= found is None
        if found:
            kept[name] = found
            KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
