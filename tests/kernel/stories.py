"""Write the history of matters row by row, as flow and the clock room leave it, and count it in Python."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bihuan.kernel.clock.models import Clock, Extension, Stop
from bihuan.kernel.flow.models import Matter, Rules, Span
from bihuan.kernel.now import LOCAL
from bihuan.kernel.store.sql import run

KIND = "test.story"
#: Story 1 is matter BASE + 1: the first chain ids belong to what comes with the program.
BASE = 1_000_000
FINAL = {"done", "withdrawn"}
_RULES = (
    '{"stages":[{"final":false,"name":"new"},{"final":false,"name":"doing"},'
    '{"final":true,"name":"done"},{"final":true,"name":"withdrawn"}]}'
)


def at(day: int, hour: float = 9, month: int = 10) -> datetime:
    """Return a moment of October 2025 (holidays to the 8th, a working Saturday on the 11th)."""
    return datetime(2025, month, 1, tzinfo=LOCAL) + timedelta(days=day - 1, hours=hour)


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block writes: one example of a property leaves nothing to the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Step:
    """A move: it takes the matter to ``stage`` ('' = an entry without a span)."""

    at: datetime
    stage: str = ""
    move: str = "step"
    clock: str = "running"
    episode: int = 1
    data: str = "{}"
    recorded: datetime | None = None


@dataclass
class Story:
    """A matter with its steps, its clocks and, per clock, extension and stops."""

    number: int
    steps: list[Step]
    clocks: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)

    def write(self) -> None:
        """Put it into the database."""
        rules, _ = Rules.objects.get_or_create(
            name=KIND, hash="story", defaults={"text": _RULES, "since": at(1)}
        )
        standing = [s for s in self.steps if s.stage]
        last = standing[-1]
        is_open = last.stage not in FINAL
        Matter.objects.create(
            id=BASE + self.number, code=f"GS-{self.number}", title=f"件{self.number}", kind=KIND, stage=last.stage,
            rules=rules.id, seq=len(self.steps), ver=len(standing), episode=last.episode, open=is_open,
            created=self.steps[0].at, moved=last.at, closed=None if is_open else last.at,
            clock=last.clock if is_open else "none", **({"line": "test"} | self.columns),
        )  # fmt: skip
        for n, step in enumerate(self.steps, 1):
            self._step(n, step, next((s for s in self.steps[n:] if s.stage), None))
        for made in self.clocks:
            self._clock(**made)

    def _step(self, n: int, step: Step, later: Step | None) -> None:
        run(
            "INSERT INTO ledger_entry (chain_id, at, recorded, seq, move, hash, text)"
            " VALUES (%s, %s, %s, %s, %s, '', %s)",
            (
                BASE + self.number,
                step.at,
                step.recorded or step.at,
                n,
                step.move,
                '{"facts":{"data":' + step.data + "}}",
            ),
        )
        if step.stage:
            Span.objects.create(
                matter_id=BASE + self.number, n=n, stage=step.stage, holder_unit=0, holder_post=0, holder_role="",
                clock=step.clock, episode=step.episode, move=step.move, since=step.at,
                until=later.at if later else None,
            )  # fmt: skip

    def _clock(
        self, due: datetime, state: str = "running", ended: datetime | None = None, episode: int = 1,
        granted: tuple[datetime, datetime] | None = None, stops: tuple[tuple[datetime, datetime | None], ...] = (),
    ) -> None:  # fmt: skip
        clock = Clock.objects.create(
            matter_id=BASE + self.number, name="handle", rule="r", limit_id=1, value=3, unit="wd", roll=True, main=True,
            place=[], started=self.steps[0].at, due=due, provisional=False, calendar_version=1, state=state,
            episode=episode, ended_at=ended,
        )  # fmt: skip
        if granted:
            before, decided = granted
            Extension.objects.create(
                clock=clock, value=3, unit="wd", reason="r", state="approved", asked_at=before - timedelta(hours=1),
                reached=before - timedelta(hours=1),
                decided_at=decided, due_before=before, due_after=due,
            )  # fmt: skip
        for began, until in stops:
            Stop.objects.create(clock=clock, cause="wait", began=began, ended=until)
