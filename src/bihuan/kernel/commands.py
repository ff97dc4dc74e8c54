"""Commands of the program ``bihuan``: rooms and lines declare them, the composition root runs them.

A module that declares commands must be importable before Django is set up: it imports
models inside ``run``, not at its top.
"""

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What a command found out: ``document`` for ``--json``, ``text`` for people.

    ``exit`` 0 means all is well, 1 that there are findings; failures are raised as BihuanError.
    """

    document: Mapping[str, Any]
    text: str = ""
    exit: int = 0


@dataclass(frozen=True)
class Argument:
    """One argument, in argparse's words."""

    names: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


def argument(*names: str, **options: Any) -> Argument:
    """Declare an argument: ``argument("file", help=…)``, ``argument("--dry-run", action="store_true")``."""
    return Argument(names, options)


@dataclass(frozen=True)
class Command:
    """A command of one or two words, such as ``import projects``.

    ``run`` gets the parsed arguments with ``actor`` (the system, naming the operating-system
    user) and ``json`` added. ``database=False`` runs without database and without Django.
    """

    name: str
    help: str
    run: Callable[[Namespace], Answer]
    arguments: tuple[Argument, ...] = ()
    database: bool = True
