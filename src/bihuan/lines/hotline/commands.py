"""Commands of the line; each is declared in the part it belongs to and named here."""

from bihuan.lines.hotline.imports.commands import IMPORT
from bihuan.lines.hotline.learning.answering import REPLIES
from bihuan.lines.hotline.learning.commands import EVALUATE, HOTSPOTS, TRAIN

__all__ = ["EVALUATE", "HOTSPOTS", "IMPORT", "REPLIES", "TRAIN"]
