"""An entry and its canonical text: pure, so that flow can build entries by the thousand."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from bihuan.kernel.identity.actors import Actor
from bihuan.logic import canonical

#: The version of the entry's text; a reader refuses one it doesn't know.
VERSION = 1

#: Name and SQL type of what a writer gives; ``xact`` is the database's own.
ENTRY_COLUMNS = (
    ("chain_id", "bigint"),
    ("at", "timestamptz"),
    ("recorded", "timestamptz"),
    ("seq", "int"),
    ("move", "text"),
    ("hash", "bytea"),
    ("text", "text"),
)


class NewEntry(NamedTuple):
    """What is to be written: structure only.

    ``prev`` is the hash of the chain's entry before (b"" for the first, whose seq is 1);
    ``facts`` is canonical JSON without personal values or free text; ``fields`` maps the
    name of each content value to its commitment (``content.seal_value(…).commitment``).
    """

    chain_id: int
    seq: int
    prev: bytes
    move: str
    at: datetime
    actor: Actor
    facts: dict[str, Any]
    fields: dict[str, str]


class Built(NamedTuple):
    """An entry ready to be inserted: its row in the order of ENTRY_COLUMNS."""

    chain_id: int
    at: datetime
    recorded: datetime
    seq: int
    move: str
    hash: bytes
    text: str


@lru_cache(maxsize=4096)
def actor_text(actor: Actor) -> str:
    """Return who acted, as ids; a title is a person's name and stays out."""
    names = ("user", "post", "role", "unit", "party", "matter", "link", "delegated_by")
    ids = {name: getattr(actor, name) for name in names if getattr(actor, name)}
    return canonical.dumps({"kind": str(actor.kind), **ids})


@lru_cache(maxsize=1024)
def _quoted(move: str) -> str:
    return canonical.dumps(move)


@lru_cache(maxsize=256)
def stamp(moment: datetime) -> str:
    """Return a moment as UTC to the microsecond; refuse one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("an entry's moments carry a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


#: Stands in facts for what each entry of a pattern says of its own; nobody can have written it.
OWN = os.urandom(16).hex()


class Pattern(NamedTuple):
    """What entries of things alike have in common: all but chain, hash before, commitments, and what stands for OWN.

    ``parts`` are the pieces of the canonical text: up to the chain, up to the fields
    (parted where OWN stood), up to the hash before, the rest.
    """

    at: datetime
    recorded: datetime
    seq: int
    move: str
    parts: tuple[str, tuple[str, ...], str, str]


def pattern(
    seq: int, move: str, at: datetime, actor: Actor, facts: dict[str, Any], recorded: datetime
) -> Pattern:
    """Return the pattern of such entries; raise NotCanonical for facts that have no text.

    The text is put together by hand, keys already sorted: a test holds it equal to
    the canonical form of what it says.
    """
    parts = (
        f'{{"actor":{actor_text(actor)},"at":"{stamp(at)}","chain":',
        tuple(f',"facts":{canonical.dumps(facts)},"fields":'.split(f'"{OWN}"')),
        f',"move":{_quoted(move)},"prev":"',
        f'","recorded":"{stamp(recorded)}","seq":{seq:d},"v":{VERSION}}}',
    )
    return Pattern(at, recorded, seq, move, parts)


def fill(common: Pattern, chain_id: int, prev: bytes, fields: Mapping[str, str], own: str = "") -> Built:
    """Return the entry of one chain: its text and hash."""
    head, facts, middle, tail = common.parts
    said = canonical.dumps(own).join(facts) if own else facts[0]
    committed = canonical.dumps(fields) if fields else "{}"
    text = f"{head}{chain_id:d}{said}{committed}{middle}{prev.hex()}{tail}"
    return Built(chain_id, common.at, common.recorded, common.seq, common.move, canonical.digest(text), text)


def build(entry: NewEntry, recorded: datetime) -> Built:
    """Return the entry's canonical text and hash; raise NotCanonical for facts that have no text."""
    common = pattern(entry.seq, entry.move, entry.at, entry.actor, entry.facts, recorded)
    return fill(common, entry.chain_id, entry.prev, entry.fields)


def entry_params(built: Built) -> tuple[Any, ...]:
    """Return the row in the order of ENTRY_COLUMNS."""
    return tuple(built)
