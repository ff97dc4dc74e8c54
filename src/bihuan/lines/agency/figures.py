"""On time, finished, overdue, time taken: the figures every line shows, over cases."""

from bihuan.kernel.figures.base import Words, register_base

ALL = register_base(Words("agency", kinds=("agency.case",), signed=("done",)))
