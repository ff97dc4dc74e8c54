"""Where a matter stands on its way, and what lies aside in its place."""

import pytest

from bihuan.logic.mechanism import Grant, Mechanism, Move, Stage
from bihuan.logic.way import way

WHO = (Grant(),)
#: An order: dispatched, handled, answered, closed; sent back to be ruled on, handled with another, appealed against.
MECHANISM = Mechanism(
    name="t.order", title="t", noun="t", prefix="T",
    stages=(
        Stage("new", "new"), Stage("sent", "sent"), Stage("work", "work"), Stage("told", "told"),
        Stage("closed", "closed", final=True), Stage("filed", "filed", final=True), Stage("gone", "gone", final=True),
        Stage("ruling", "ruling"), Stage("joined", "joined"), Stage("appeal", "appeal"),
        Stage("upheld", "upheld", final=True),
    ),
    moves=(
        Move("open", "", (), "new", WHO), Move("send", "", ("new",), "sent", WHO),
        Move("sign", "", ("sent",), "work", WHO), Move("answer", "", ("work",), "told", WHO),
        Move("close", "", ("told",), "closed", WHO),
        Move("file", "", ("closed",), "filed", WHO), Move("drop", "", ("new", "sent", "work"), "gone", WHO),
        Move("return", "", ("sent", "work"), "ruling", WHO), Move("send_on", "", ("ruling",), "sent", WHO),
        Move("uphold", "", ("ruling",), "work", WHO), Move("take_up", "", ("closed",), "ruling", WHO),
        Move("join", "", ("new", "sent", "work"), "joined", WHO), Move("part", "", ("joined",), "new", WHO),
        Move("with", "", ("joined",), "closed", WHO), Move("appeal", "", ("closed",), "appeal", WHO),
        Move("hold", "", ("appeal",), "upheld", WHO),
    ),
)  # fmt: skip
MARKS = {"done": "✓", "now": ">", "next": "", "skipped": "-"}


@pytest.mark.parametrize(
    ("entered", "shown"),
    [
        ("new", ">new sent work told closed"),
        ("new sent work told closed", "✓new ✓sent ✓work ✓told >closed"),
        ("new sent work told closed filed", "✓new ✓sent ✓work ✓told ✓closed >filed"),
        ("new closed", "✓new -sent -work -told >closed"),
        ("new sent work told work", "✓new ✓sent >work told closed"),
        # Aside, in its place: what it stands for is not to come.
        ("new joined", "✓new >joined closed"),
        ("new sent work joined", "✓new ✓sent ✓work >joined closed"),
        ("new joined closed", "✓new ✓joined >closed"),
        ("new sent work joined closed filed", "✓new ✓sent ✓work ✓joined ✓closed >filed"),
        ("new sent joined new", ">new sent work told closed"),
        # Aside and back: nothing was gone past, nothing is told twice.
        ("new sent ruling", "✓new ✓sent >ruling work told closed"),
        ("new sent ruling sent", "✓new >sent work told closed"),
        ("new sent ruling work", "✓new ✓sent >work told closed"),
        ("new sent work ruling", "✓new ✓sent ✓work >ruling told closed"),
        ("new sent work told closed ruling", "✓new ✓sent ✓work ✓told >ruling closed"),
        # Over aside: nothing comes any more.
        ("new sent gone", "✓new ✓sent >gone"),
        ("new sent work told closed appeal", "✓new ✓sent ✓work ✓told ✓closed >appeal"),
        ("new sent work told closed appeal upheld", "✓new ✓sent ✓work ✓told ✓closed ✓appeal >upheld"),
        ("ruling", ">ruling sent work told closed"),
        ("new new", ">new sent work told closed"),
    ],
)
def test_what_is_behind_what_is_now_and_what_can_come(entered, shown):
    told = way(MECHANISM, entered.split())
    assert " ".join(f"{MARKS[state]}{stage.name}" for stage, state in told) == shown
