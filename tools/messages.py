"""Words for translation: ``collect`` them from Python and templates into .po files, ``compile`` .po to .mo.

No gettext programs needed. Each folder of the source that has a ``locale/`` keeps the
words of the files below it, down to the next such folder. English is what the source is
written in, so its catalogues fill themselves; the others are filled by people.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "bihuan"
#: Function → which arguments are singular, plural and context.
FUNCTIONS = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
    "npgettext_lazy": (1, 2, 0),
    "said": (0, None, None),  # logic.mechanism: marked where declared, translated where shown
}
#: Locale folder → how its language counts.
LANGUAGES = {"zh_Hans": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
SOURCE_LANGUAGE = "en"
Found = tuple[str, str, str, int]  # singular, plural, context, line
Words = dict[tuple[str, str], polib.POEntry]  # by context and singular


def in_python(text: str) -> Iterator[Found]:
    """Yield the words marked in a Python file."""
    tree = ast.parse(text)
    real = {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname and alias.name in FUNCTIONS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            name = real.get(called, called)
            if name in FUNCTIONS:
                words = [_constant(node.args, place) for place in FUNCTIONS[name]]
                if words[0] is not None:
                    yield words[0], words[1] or "", words[2] or "", node.lineno


def _constant(arguments: list[ast.expr], place: int | None) -> str | None:
    if place is None or place >= len(arguments):
        return None
    value = getattr(arguments[place], "value", None)
    return value if isinstance(value, str) else None


_CALL = re.compile(r"\b(_|n?p?gettext)\(((?:[^()\"']|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')*)\)")


def in_template(text: str) -> Iterator[Found]:
    """Yield the words marked in a template."""
    from django.utils.translation.template import templatize

    pseudo = templatize(text)
    for match in _CALL.finditer(pseudo):
        line = pseudo.count("\n", 0, match.start()) + 1
        name, arguments = match.groups()
        try:
            found = list(in_python(f"{name}({arguments.strip()})"))
        except SyntaxError:  # a plural's count is a template expression
            found = list(in_python(f"{name}({_strings(arguments)})"))
        for singular, plural, context, _ in found:
            yield singular, plural, context, line


def _strings(arguments: str) -> str:
    return ", ".join(re.findall(r"u?(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", arguments))


def rooms() -> list[Path]:
    """Return the folders that keep their own translations, deepest first."""
    return sorted({path.parent for path in SOURCE.rglob("locale")}, key=lambda p: (-len(p.parts), p))


def room_of(file: Path, all_rooms: list[Path]) -> Path:
    """Return the folder whose catalogue holds the words of ``file``."""
    return next((room for room in all_rooms if file.is_relative_to(room)), SOURCE / "site")


def words() -> dict[Path, Words]:
    """Return every marked word by room."""
    all_rooms = rooms()
    found: dict[Path, Words] = {}
    for file in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.*")]):
        if "migrations" in file.parts or not file.is_file():
            continue
        read = in_python if file.suffix == ".py" else in_template
        kept = found.setdefault(room_of(file, all_rooms), {})
        for singular, plural, context, line in read(file.read_text(encoding="utf-8")):
            entry = kept.setdefault(
                (context, singular), polib.POEntry(msgid=singular, msgctxt=context or None)
            )
            entry.occurrences.append((str(file.relative_to(ROOT)), str(line)))
            if plural:
                entry.msgid_plural = plural
    return found


def catalogue(room: Path, language: str) -> Path:
    """Return where a room keeps its words in one language."""
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def collect() -> None:
    """Bring every room's .po files up to date: new words empty, gone ones dropped, translations kept."""
    for room, entries in words().items():
        for language in LANGUAGES if entries else ():
            path = catalogue(room, language)
            fresh = merged(entries, path, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.save(str(path))
            missing = sum(1 for entry in fresh if not entry.translated())
            print(f"{path.relative_to(ROOT)}: {len(fresh)} words, {missing} to translate")


def merged(entries: Words, path: Path, language: str) -> polib.POFile:
    """Return the catalogue of ``entries`` with the translations that stand at ``path``."""
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in old if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=110)
    fresh.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "Plural-Forms": LANGUAGES[language],
    }
    for key, found in sorted(entries.items()):
        entry = polib.POEntry(msgid=found.msgid, msgctxt=found.msgctxt, msgid_plural=found.msgid_plural)
        # Line numbers would change with every edit; the file is enough to find a word.
        entry.occurrences = sorted({(name, "") for name, _ in found.occurrences})
        _fill(entry, known.get(key), language)
        fresh.append(entry)
    return fresh


def _fill(entry: polib.POEntry, known: polib.POEntry | None, language: str) -> None:
    """Give an entry its translation: the known one, or in the source's language the word itself."""
    if known is not None and bool(known.msgid_plural) == bool(entry.msgid_plural):
        entry.msgstr, entry.msgstr_plural = known.msgstr, known.msgstr_plural
    elif entry.msgid_plural:
        entry.msgstr_plural = {0: ""}
    if language == SOURCE_LANGUAGE and not entry.translated():
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid


def compile_all() -> None:
    """Write the .mo file of every .po file."""
    for path in SOURCE.rglob("*.po"):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["collect"]:
            collect()
        case ["compile"]:
            compile_all()
        case _:
            sys.exit("usage: python -m tools.messages collect | compile")
