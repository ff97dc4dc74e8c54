"""On time, signed off, overdue, time taken, reopened, satisfied: over needs."""

from bihuan.kernel.figures.base import Words, register_base

ALL = register_base(
    Words(
        "enterprise.need", kinds=("enterprise.need",), signed=("closed",), void=("withdrawn",),
        answers=("confirm", "reopen", "take_up"), field="satisfaction", content=("yes",),
    )
)  # fmt: skip
