"""Words: every catalogue is complete, agrees with the source and is what pages really show."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from tools import messages

from bihuan.kernel.content.selectors import open_many
from bihuan.kernel.flow import registry
from bihuan.kernel.papers import kinds
from bihuan.kernel.store.sql import run
from tests.remembered import demonstration

CATALOGUES = sorted(messages.SOURCE.rglob("*.po"))
CHINESE = [path for path in CATALOGUES if "zh_Hans" in path.parts]
PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[a-z]|%[.\d]*[a-z]")
HAN = re.compile(r"[\u4e00-\u9fff]+")
#: Three English words on end: a sentence somebody forgot to mark.
PROSE = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")


def _name(path: Path) -> str:
    return str(path.relative_to(messages.SOURCE))


def _texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("path", CATALOGUES, ids=_name)
def test_a_catalogue_is_complete(path: Path):
    catalogue = polib.pofile(str(path))
    open_ = [e.msgid for e in catalogue if not e.translated() or e.fuzzy or e.obsolete or not all(_texts(e))]
    assert open_ == []


def test_every_room_has_every_language():
    words = messages.words()
    homeless = [_name(room) for room in words if words[room] and room not in messages.rooms()]
    assert homeless == []
    missing = [
        _name(path)
        for room in words
        for language in messages.LANGUAGES
        if not (path := messages.catalogue(room, language)).exists()
    ]
    assert missing == []


def test_nothing_marked_is_missing_and_nothing_gone_is_kept():
    stale = {}
    for room, entries in messages.words().items():
        for language in messages.LANGUAGES:
            path = messages.catalogue(room, language)
            kept = {(e.msgctxt or "", e.msgid, e.msgid_plural) for e in polib.pofile(str(path))}
            marked = {(e.msgctxt or "", e.msgid, e.msgid_plural) for e in entries.values()}
            if kept != marked:
                stale[_name(path)] = sorted(kept ^ marked)
    assert stale == {}, "run `make messages` and translate what is new"


@pytest.mark.parametrize("path", CATALOGUES, ids=_name)
def test_placeholders_agree(path: Path):
    wrong = [
        (entry.msgid, text)
        for entry in polib.pofile(str(path))
        for text in _texts(entry)[-1:]
        # A singular may write its number out ("One post …"); the plural never does.
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert wrong == []


def test_one_word_has_one_translation():
    """Django pours all catalogues into one, so two translations of one word would fight."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in CHINESE:
        for entry in polib.pofile(str(path)):
            found[entry.msgctxt or "", entry.msgid] |= set(_texts(entry))
    assert {word: texts for word, texts in found.items() if len(texts) > 1} == {}


def test_ours_win_over_the_libraries_words():
    wrong = {}
    with translation.override("zh-hans"):
        for path in CHINESE:
            for entry in polib.pofile(str(path)):
                if entry.msgid_plural:
                    shown = translation.ngettext(entry.msgid, entry.msgid_plural, 2)
                elif entry.msgctxt:
                    shown = translation.pgettext(entry.msgctxt, entry.msgid)
                else:
                    shown = translation.gettext(entry.msgid)
                if shown != _texts(entry)[0]:
                    wrong[entry.msgid] = shown
    assert wrong == {}, "if these are new, run `python -m tools.messages compile`"


def _at_import(node: ast.AST, eager: set[str]) -> Iterator[ast.Call]:
    """Yield the calls of ``eager`` that run when the module is imported, not when a function is."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            defaults = [value for value in (*child.args.defaults, *child.args.kw_defaults) if value]
            yield from _at_import(ast.Tuple([*defaults, *getattr(child, "decorator_list", [])]), eager)
            continue
        if isinstance(child, ast.Call) and getattr(child.func, "id", "") in eager:
            yield child
        yield from _at_import(child, eager)


def test_nothing_is_translated_while_importing():
    """What is translated then stays in whatever language was spoken at the start."""
    early = []
    for file in messages.SOURCE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        eager = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for alias in node.names
            if alias.name in {"gettext", "ngettext", "pgettext", "npgettext"}
        }
        early += [f"{_name(file)}:{call.lineno}" for call in _at_import(tree, eager)]
    assert early == []


# ── pages ──────────────────────────────────────────────────────────────────

SEEN = ("title", "aria-label", "placeholder", "alt", "data-confirm")


class Visible(HTMLParser):
    """Collects what a reader, or a screen reader, is given."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("script", "style")
        self.found += [value for name, value in attrs if name in SEEN and value]

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.hidden and data.strip():
            self.found.append(" ".join(data.split()))


def _visible(html: str) -> list[str]:
    reader = Visible()
    reader.feed(html)
    return reader.found


@pytest.fixture
def park(db, settings):
    """Load the demonstration's park."""
    settings.MFA_REQUIRED = False
    registry.forget()
    demonstration()
    yield
    registry.forget()


def _client(login: str, language: str) -> Client:
    from bihuan.kernel.identity.models import User

    client = Client()
    if login:
        client.force_login(User.objects.get(username=login), backend=settings.AUTHENTICATION_BACKENDS[0])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def _plain(patterns, above: str = "/") -> Iterator[str]:
    """Yield the addresses of all pages that take nothing."""
    for pattern in patterns:
        route = above + str(pattern.pattern).removeprefix("^").removesuffix(r"\Z")
        if isinstance(pattern, URLResolver):
            yield from _plain(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not re.search(r"[<(]", route):
            yield route


def _addresses() -> list[str]:
    codes = run("SELECT min(code) FROM flow_matter GROUP BY kind ORDER BY 1")
    kinds = run("SELECT DISTINCT kind FROM flow_matter ORDER BY 1")
    projects = run("SELECT subject FROM flow_matter WHERE kind = 'projects.timetable' LIMIT 1")
    # The glossary says every word in both languages: that is what it is for.
    unwanted = ("/words/", "/accounts/", "/i18n/", "/healthz", "/readyz", "/static/", "/api/")
    return [
        "/accounts/login/",
        *(a for a in _plain(get_resolver().url_patterns) if not a.startswith(unwanted)),
        *(f"/matters/{code}/" for (code,) in codes),
        *(f"/mechanisms/{kind}/" for (kind,) in kinds),
        *(f"/projects/{row}/" for (row,) in projects),
    ]


def _shown(language: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (address, texts) of every page, as one who may see much, and the login page to nobody."""
    addresses = _addresses()
    for login in ("zhongxin", "admin"):
        client = _client(login, language)
        for address in addresses:
            answer = (_client("", language) if "login" in address else client).get(address)
            html = not answer.streaming and answer.get("Content-Type", "").startswith("text/html")
            if html and answer.status_code == 200:
                yield address, _visible(answer.content.decode())


def _english_words() -> set[str]:
    """Return the English words of our catalogues that Chinese writes differently."""
    return {
        entry.msgid
        for path in CHINESE
        for entry in polib.pofile(str(path))
        if len(entry.msgid) > 3 and entry.msgid not in _texts(entry)
    }


def test_chinese_pages_speak_no_english(park):
    words = _english_words()
    sentences = [
        re.compile(".+".join(map(re.escape, PLACEHOLDER.split(word))))
        for word in words
        if PLACEHOLDER.search(word) and len(PLACEHOLDER.sub("", word)) > 6
    ]
    leaks, pages = set(), set()
    for address, texts in _shown("zh-hans"):
        pages.add(address)
        for text in texts:
            runs = {run.strip(" .:,") for run in re.findall(r"[A-Za-z][A-Za-z'’ ,.:-]*", text)} | {text}
            known = runs & words or any(sentence.fullmatch(text) for sentence in sentences)
            if known or PROSE.search(text):
                leaks.add((address, text))
    assert leaks == set()
    assert len(pages) > 12, "the walk found its pages"


def _data() -> str:
    """Return all Chinese that is data and not words: stored rows, demonstration, tables, English msgids."""
    columns = run(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')"
    )
    rows = [
        run(f'SELECT string_agg("{column}"::text, \' \') FROM "{table}"')[0][0] for table, column in columns
    ]
    files = [*messages.SOURCE.rglob("*.json"), *messages.SOURCE.rglob("demo*.py")]
    kept = [file.read_text(encoding="utf-8") for file in files]
    said = [entry.msgid for path in CHINESE for entry in polib.pofile(str(path))]
    chains = [row[0] for row in run("SELECT DISTINCT chain_id FROM content_value")]
    kept += [value.text or "" for value in open_many(chains).values()]
    # Papers are written in Chinese whatever the reader's language: their kinds' words are part of a number.
    numbered = [kind.prefix for kind in kinds.all_kinds()]
    return " ".join([*filter(None, rows), *kept, *said, *numbered, *(name for _, name in settings.LANGUAGES)])


def test_english_pages_speak_chinese_only_in_data(park):
    data = _data()
    leaks, pages = set(), set()
    for address, texts in _shown("en"):
        pages.add(address)
        leaks |= {(address, text) for text in texts if any(piece not in data for piece in HAN.findall(text))}
    assert leaks == set()
    assert len(pages) > 12, "the walk found its pages"
