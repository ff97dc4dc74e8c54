"""Commands of the line; the engines' are declared in ``learning`` and named here."""

from bihuan.kernel.commands import Command

ALL: tuple[Command, ...] = ()
