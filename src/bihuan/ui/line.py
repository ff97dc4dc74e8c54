"""The manifest of a line of business: the one thing the composition root reads of a line.

Everything that lives above this floor or would drag Django in too early is named by a
dotted path and imported by the root, so that a manifest costs nothing to read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bihuan.ui.icons import ICONS

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_DOTTED = re.compile(r"[a-zA-Z_]\w*(\.[a-zA-Z_]\w*)+\Z")
_URL_NAME = re.compile(r"[\w:-]+\Z")


class LineError(ValueError):
    """A manifest that can't be used; the message names the line and the part at fault."""


class Login(NamedTuple):
    """Somebody to sign in as in the demonstration; ``title`` says who that is (post and unit)."""

    name: str
    password: str
    title: str


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the left rail.

    ``url`` is a URL name; ``permit`` the named permit of that page, so nobody is shown a door
    that is closed to them; ``count`` the dotted path of a function (actor) -> int whose number
    stands beside it. ``phone`` puts it among the five of the bottom bar.
    """

    title: str
    url: str
    icon: str = "dot"
    permit: str = "post"
    count: str = ""
    phone: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the line with its meaning, for the glossary."""

    word: str
    chinese: str
    meaning: str


@dataclass(frozen=True)
class Line:
    """One line of business (业务条线): a folder of ``bihuan.lines``."""

    name: str
    title: str
    icon: str = "dot"
    order: int = 100
    depends_on: tuple[str, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    #: Named permits: who may open the pages of the line; role names, empty = every post.
    permits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Dotted paths of what to register with the kernel: one object each, or a tuple of them.
    mechanisms: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    #: What of its matters is told to those who come by link (``kernel.flow.outside.Outside``).
    outside: tuple[str, ...] = ()
    #: How its matters hear of the contact that asks whom they were for (``kernel.callbacks.registry.Asked``).
    contacts: tuple[str, ...] = ()
    #: Administrative rights this line's pages ask for, by the role of the house that gets them.
    rights: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Modules whose import registers guards, effects, reactions and jobs.
    modules: tuple[str, ...] = ()
    urls: str = ""
    api: str = ""
    commands: tuple[str, ...] = ()
    demo: str = ""
    #: Dotted path of how its part of the demonstration lives on, day by day (``kernel.living.Life``).
    life: str = ""
    #: Dotted path of a function (ids) -> {id: (name, address)} for what the line's matters are about.
    subjects: str = ""
    #: Dotted path of a function (actor, matter) -> panels the line adds to the page of its matters.
    panels: str = ""
    #: Dotted path of a function (link's actor, matter, code) -> panels for whoever comes by link, beside what is told.
    by_link: str = ""
    #: Dotted path of a function (actor, matter, field) -> what may be chosen in a move's field, None for the usual.
    options: str = ""
    #: Dotted path of a function (matter) -> {field: {id: words}} for what its moves keep of the line's own things.
    named: str = ""
    limits: tuple[str, ...] = ()
    glossary: tuple[Term, ...] = ()


def check(line: Line) -> Line:
    """Return the manifest if every part has the right shape, else raise :class:`LineError`."""
    if not isinstance(line, Line):
        raise LineError(f"LINE must be a bihuan.ui.line.Line, not {type(line).__name__}")
    if not _NAME.match(line.name):
        raise LineError(f"{line.name!r}: a line's name is a lower-case word, as its folder")
    if not line.title:
        raise LineError(f"{line.name}: no title")
    if line.icon not in ICONS:
        raise LineError(f"{line.name}: no icon named {line.icon!r}")
    if line.name in line.depends_on:
        raise LineError(f"{line.name}: depends on itself")
    _check_paths(line)
    _check_menu(line)
    return line


_PATHS = (
    "mechanisms", "forms", "roles", "registers", "figures", "outside", "contacts", "modules", "commands", "limits",
)  # fmt: skip


def _check_paths(line: Line) -> None:
    for part in _PATHS:
        for path in _strings(line, part):
            if part == "limits":
                if not path.endswith(".json"):
                    raise LineError(f"{line.name}: limits: {path!r} is not a .json file of the line")
            elif not _DOTTED.match(path):
                raise LineError(f"{line.name}: {part}: {path!r} is not a dotted path")
    for part in ("urls", "api", "demo", "life", "subjects", "panels", "by_link", "options", "named"):
        path = getattr(line, part)
        if path and not _DOTTED.match(path):
            raise LineError(f"{line.name}: {part}: {path!r} is not a dotted path")


def _strings(line: Line, part: str) -> tuple[str, ...]:
    value: Any = getattr(line, part)
    if not isinstance(value, tuple) or not all(isinstance(item, str) for item in value):
        raise LineError(f"{line.name}: {part} must be a tuple of strings")
    return value


def _check_menu(line: Line) -> None:
    for entry in line.menu:
        if not _URL_NAME.match(entry.url):
            raise LineError(f"{line.name}: menu {entry.title!r}: {entry.url!r} is not a URL name")
        if entry.icon not in ICONS:
            raise LineError(f"{line.name}: menu {entry.title!r}: no icon named {entry.icon!r}")
        if entry.count and not _DOTTED.match(entry.count):
            raise LineError(f"{line.name}: menu {entry.title!r}: count {entry.count!r} is not a dotted path")


def arrange(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Check all manifests together and return them by order, each after those it depends on."""
    by_name: dict[str, Line] = {}
    for line in lines:
        if by_name.setdefault(check(line).name, line) is not line:
            raise LineError(f"{line.name}: two lines of this name")
    done: dict[str, Line] = {}
    for line in sorted(by_name.values(), key=lambda one: (one.order, one.name)):
        _place(line, by_name, done, ())
    return tuple(done.values())


def _place(line: Line, all_lines: Mapping[str, Line], done: dict[str, Line], above: tuple[str, ...]) -> None:
    if line.name in done:
        return
    if line.name in above:
        raise LineError(
            f"{line.name}: lines depend on each other in a circle: {' → '.join((*above, line.name))}"
        )
    for name in line.depends_on:
        if name not in all_lines:
            raise LineError(f"{line.name}: depends on {name!r}, which is not installed")
        _place(all_lines[name], all_lines, done, (*above, line.name))
    done[line.name] = line
