"""Commands of the line; the engines' are declared in ``learning`` and named here."""

from bihuan.lines.hotline.learning.commands import EVALUATE, TRAIN

__all__ = ["EVALUATE", "TRAIN"]
