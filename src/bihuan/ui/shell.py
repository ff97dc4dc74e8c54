"""What stands around every page: rail, search, posts, notices, language. The root says what goes in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from bihuan.kernel.identity.actors import Actor
from bihuan.ui import addresses
from bihuan.ui.line import Line, MenuEntry
from bihuan.ui.page import actor_of, may
from bihuan.ui.panels.forms import worded


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post the person may act from."""

    id: int
    title: str
    current: bool = False


@dataclass(frozen=True)
class Source:
    """Where the shell gets its contents; every part has a quiet default.

    ``counts`` answers (actor) -> {URL name: number} in one go and wins over the entries' own functions.
    ``enter`` answers with the URL name of another system's login, "" where there is none.
    URL names: ``home``, ``search`` (takes ``q``), ``notices``, ``switch`` (POST ``post`` and ``next``).
    """

    name: str = "闭环"
    menu: tuple[MenuEntry, ...] = ()
    admin: tuple[MenuEntry, ...] = ()
    lines: Callable[[], Sequence[Line]] = tuple
    posts: Callable[[HttpRequest], Sequence[PostChoice]] = lambda request: ()
    notices: Callable[[HttpRequest], int] = lambda request: 0
    counts: Callable[[Actor], Mapping[str, int]] = lambda actor: {}
    home: str = "home"
    search: str = "search"
    notices_url: str = "notices"
    switch: str = "switch_post"
    glossary: str = "glossary"
    enter: Callable[[], str] = lambda: ""
    demo: bool = False


_source = Source()


def install(source: Source) -> None:
    """Let the composition root say what the shell shows."""
    global _source  # noqa: PLW0603 - set once at start-up, and by tests
    _source = source


def installed() -> Source:
    """Return what the root installed."""
    return _source


def amend(**changes: Any) -> None:
    """Change parts of the installed source (tests, demo)."""
    install(replace(_source, **changes))


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the rail, ready to be drawn."""

    title: str
    href: str
    icon: str
    count: int = 0
    active: bool = False
    phone: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the rail with its links."""

    title: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Shell:
    """Everything the shell's template needs."""

    name: str
    sections: Sequence[Section] = ()
    posts: Sequence[PostChoice] = ()
    notices: int = 0
    urls: Mapping[str, str] = field(default_factory=dict)
    demo: bool = False
    signed_in: bool = False
    actor: Actor | None = None

    @property
    def post(self) -> str:
        """The title of the present post."""
        return next((p.title for p in self.posts if p.current), self.actor.title if self.actor else "")

    @property
    def bottom(self) -> list[Entry]:
        """The entries of the phone's bottom bar: at most four, the fifth opens the rest."""
        entries = [entry for section in self.sections for entry in section.entries]
        return ([e for e in entries if e.phone] or entries)[:4]


def address(name: str) -> str:
    """Return the address of a URL name, "" when there is none (yet)."""
    try:
        return addresses.address(name)
    except NoReverseMatch:
        return ""


def build(request: HttpRequest) -> Shell:
    """Return the shell as the actor of ``request`` sees it."""
    source, actor = _source, actor_of(request)
    counts = source.counts(actor)
    groups = [("", source.menu), *((line.title, line.menu) for line in source.lines()), ("", source.admin)]
    sections = [
        Section(worded(title), entries)
        for title, menu in groups
        if (entries := _entries(request, actor, menu, counts))
    ]
    return Shell(
        name=source.name,
        sections=_mark(request.path, sections),
        posts=source.posts(request),
        notices=source.notices(request),
        urls=_addresses(source),
        demo=source.demo,
        signed_in=bool(getattr(getattr(request, "user", None), "is_authenticated", False)),
        actor=actor,
    )


def _addresses(source: Source) -> dict[str, str]:
    names = {
        "home": source.home,
        "search": source.search,
        "notices": source.notices_url,
        "switch": source.switch,
        "glossary": source.glossary,
        "enter": source.enter(),
        "language": "set_language",
        "login": "account_login",
        "logout": "account_logout",
        "password": "account_change_password",
        "mfa": "mfa_index",
    }
    return {key: address(name) for key, name in names.items()}


def _entries(
    request: HttpRequest, actor: Actor, menu: Sequence[MenuEntry], counts: Mapping[str, int]
) -> list[Entry]:
    entries = []
    for item in menu:
        href = address(item.url)
        if not href or not may(item.permit, actor):
            continue
        count = counts[item.url] if item.url in counts else _count(item, actor)
        entries.append(Entry(worded(item.title), href, item.icon, count, phone=item.phone))
    return entries


def _count(item: MenuEntry, actor: Actor) -> int:
    return int(import_string(item.count)(actor)) if item.count else 0


def _mark(path: str, sections: Sequence[Section]) -> list[Section]:
    """Mark the entry whose address is the longest beginning of the present path."""
    hrefs = [
        e.href
        for s in sections
        for e in s.entries
        if path == e.href or (e.href != "/" and path.startswith(e.href))
    ]
    best = max(hrefs, key=len, default="")
    return [
        Section(s.title, [replace(e, active=bool(best) and e.href == best) for e in s.entries])
        for s in sections
    ]


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell``, built only when a template asks for it."""
    return {"shell": SimpleLazyObject(lambda: build(request))}
