"""Chinese search terms: what a text is found by, and what a query asks for.

No dictionary and no parser: a run of Han characters gives its single characters and
its neighbouring pairs, everything else gives whole words. A query of one character asks
for the character, of several for every pair; a word asks for whatever begins with it.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: Characters of further text (beyond the title) that are searchable: enough for a hotline
#: ticket, little enough that reading a thousand candidates stays within milliseconds.
BODY_CHARS = 600
#: A query is a few words; what is beyond is ignored rather than refused.
QUERY_CHARS = 64
#: Longer words (addresses of pages, pasted rubbish) are cut.
WORD_CHARS = 32

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")


def _simplified() -> dict[int, str]:
    """Read which simplified character stands for each traditional one."""
    lines = (Path(__file__).parent / "traditional.txt").read_text(encoding="utf-8").splitlines()
    pairs = "".join(line for line in lines if not line.startswith("#"))
    return {ord(old): new for old, new in zip(pairs[::2], pairs[1::2], strict=True)}


_SIMPLE = _simplified()


def normal(text: str) -> str:
    """Return the text in one form: NFKC (full-width to half-width), lower case, simplified characters.

    Both what is found and what is asked for take it, so 渗漏 finds 滲漏 and the other way round.
    """
    return unicodedata.normalize("NFKC", text).lower().translate(_SIMPLE)


def terms_for(title: str, *texts: str) -> list[str]:
    """Return the sorted terms a matter is found by: of its title and the first characters of its texts.

    Pass only texts everyone who sees the matter may read, its code among them; personal
    and sealed values are never terms.
    """
    found: set[str] = set()
    _collect(normal(title), found)
    room = BODY_CHARS
    for text in texts:
        _collect(normal(text[:room]), found)
        room = max(0, room - len(text))
    return sorted(found)


def standing(line: str, places: Iterable[tuple[str, int]]) -> list[str]:
    """Return the terms for where a matter stands: its line, and each place (level and id; 0 is none).

    No text gives such a term, since it begins with a sign that only separates words. Line and
    places never change, so an index can answer “these words in this street” by itself.
    """
    return [f"={line}", *(f"={level}{key}" for level, key in places if key)]


def _collect(text: str, found: set[str]) -> None:
    for han, word in _RUNS.findall(text):
        if word:
            found.add(word[:WORD_CHARS])
        else:
            found.update(han)
            found.update(_pairs(han))


def _pairs(run: str) -> Iterable[str]:
    return (run[i : i + 2] for i in range(len(run) - 1))


@dataclass(frozen=True, slots=True)
class Query:
    """What must all be there: ``exact`` terms, and a term beginning with each of ``prefixes``.

    ``code`` is the query read as the beginning of a matter's code (empty when it can't be one).
    """

    exact: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    code: str = ""

    def __bool__(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(self.exact or self.prefixes)

    def tsquery(self, *, line: str = "", places: Iterable[tuple[str, int]] = ()) -> str:
        """Return the text PostgreSQL reads as this query. Terms hold letters, digits and ``=`` only.

        ``line`` and ``places`` ask for what stands there, too; of several places any.
        """
        wanted = [f"'{term}'" for term in self.exact] + [f"'{term}':*" for term in self.prefixes]
        wanted += [f"'={line}'"] if line else []
        anywhere = " | ".join(f"'={level}{key}'" for level, key in places)
        return " & ".join([*wanted, f"({anywhere})"] if anywhere else wanted)

    def split(self, broad: Iterable[str]) -> "tuple[Query, Query]":
        """Return what an index should look up, and what only to test on what it finds.

        A word beginning shared by a large part of the index costs as much as reading it all,
        so those in ``broad`` are only tested, unless there is nothing else.
        """
        tested = tuple(prefix for prefix in self.prefixes if prefix in set(broad))
        looked = tuple(prefix for prefix in self.prefixes if prefix not in tested)
        if not (self.exact or looked):
            return self, Query()
        return Query(self.exact, looked), Query((), tested)


def query(text: str) -> Query:
    """Return the terms a query asks for; punctuation and blanks only separate."""
    plain = normal(text.strip()[:QUERY_CHARS])
    exact: dict[str, None] = {}
    prefixes: dict[str, None] = {}
    for han, word in _RUNS.findall(plain):
        if word:
            prefixes[word[:WORD_CHARS]] = None
        elif len(han) == 1:
            exact[han] = None
        else:
            exact.update(dict.fromkeys(_pairs(han)))
    return Query(tuple(exact), tuple(prefixes), _code(plain))


def _code(plain: str) -> str:
    """Codes are letters, digits and dashes with a digit among them, kept in upper case."""
    looks = re.fullmatch(r"[0-9a-z][0-9a-z/._-]+", plain) and re.search(r"[0-9]", plain)
    return plain.upper() if looks else ""
