"""What imports read in whole statements: units named, problems known, what a batch wrote.

The row of long work and its states stand here for the doors, which never touch tables.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.kernel.identity.actors import LEVELS, Scope
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.transfers.models import APPLYING, DONE, FAILED, READY, UNDONE, WAITING, Work

__all__ = ["APPLYING", "DONE", "FAILED", "READY", "UNDONE", "WAITING", "Work"]

_LEVELS = ("division", *LEVELS)
#: Texts of a project that may name a unit.
NAMING = ("uscc", "company", "responsible_unit", "department")


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a project lies and whose it is."""

    scope: Scope
    party: int


def frames(project_ids: Iterable[int]) -> dict[int, Frame]:
    """Return where projects lie, by id."""
    sql = f"SELECT id, party, {', '.join(_LEVELS)} FROM projects_project WHERE id = ANY(%s)"  # noqa: S608
    rows = run(sql, (sorted(set(project_ids)),))
    return {key: Frame(Scope(*scope), party) for key, party, *scope in rows}


# Units that texts name ---------------------------------------------------------------------------------


def unlinked(project_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return those projects that name no enterprise or no lead unit yet, with the texts that might."""
    names = ("id", "party", "lead_unit", *NAMING)
    sql = f"""SELECT {", ".join(names)} FROM projects_project
              WHERE id = ANY(%s) AND (party = 0 OR lead_unit = 0)"""  # noqa: S608 - constant names
    return [dict(zip(names, row, strict=True)) for row in run(sql, (list(project_ids),))]


def linked(rows: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, int]]:
    """Return {id: {party, lead_unit}} as far as a text names exactly one unit; nothing is guessed.

    The enterprise is known by its code, else by its whole name; the lead unit by the whole or short
    name of 责任单位, else of the department.
    """
    firms, offices = _units(rows)
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        columns = {}
        if not row["party"] and (firm := firms.get(row["uscc"]) or firms.get(row["company"])):
            columns["party"] = firm
        if not row["lead_unit"] and (
            office := offices.get(row["responsible_unit"]) or offices.get(row["department"])
        ):
            columns["lead_unit"] = office
        if columns:
            found[row["id"]] = columns
    return found


def _units(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, int], dict[str, int]]:
    words = sorted({row[name] for row in rows for name in NAMING} - {""})
    if not words:
        return {}, {}
    sql = """SELECT id, kind, coalesce(uscc, ''), name, coalesce(short_name, '') FROM identity_organisation
             WHERE is_active AND (uscc = ANY(%s) OR name = ANY(%s) OR short_name = ANY(%s))"""
    firms: dict[str, set[int]] = {}
    offices: dict[str, set[int]] = {}
    for key, kind, uscc, name, short in run(sql, (words, words, words)):
        table, names = (firms, {uscc, name}) if kind == "enterprise" else (offices, {name, short})
        for word in names - {""}:
            table.setdefault(word, set()).add(key)
    return _single(firms), _single(offices)


def _single(table: Mapping[str, set[int]]) -> dict[str, int]:
    return {word: next(iter(ids)) for word, ids in table.items() if len(ids) == 1}


# Problems ----------------------------------------------------------------------------------------------


def problem_titles(project_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """Return (project, title, code while it is open else "") of every problem ever registered of projects."""
    sql = """SELECT subject, title, CASE WHEN open THEN code ELSE '' END FROM flow_matter
             WHERE kind = 'projects.problem' AND subject = ANY(%s) AND subject > 0"""
    return [(subject, title, code) for subject, title, code in run(sql, (list(project_ids),))]


def unindexed_matters(project_ids: Sequence[int]) -> list[int]:
    """Return the matters of projects that the search doesn't know yet: those opened together."""
    sql = """SELECT m.id FROM flow_matter m WHERE m.subject = ANY(%s) AND m.subject > 0
             AND NOT EXISTS (SELECT 1 FROM search_doc d WHERE d.matter_id = m.id)"""
    return [row[0] for row in run(sql, (list(project_ids),))]


# What a batch wrote --------------------------------------------------------------------------------------


def written_by(batch_id: int) -> list[int]:
    """Return the projects an import wrote, in order."""
    sql = "SELECT DISTINCT chain_id FROM registers_amend WHERE batch = %s ORDER BY chain_id"
    return [row[0] for row in run(sql, (batch_id,))]


def withdrawn_by(batch_id: int) -> list[int]:
    """Return the projects an undone import had entered and took out again."""
    sql = "SELECT chain_id FROM registers_amend WHERE batch = %s AND move = 'withdraw' ORDER BY chain_id"
    return [row[0] for row in run(sql, (batch_id,))]


def untouched(kind: str, opened: Iterable[int], gone: Sequence[int]) -> list[int]:
    """Return open matters of a kind whose reason has gone with an import.

    Those of projects taken out again, and those ``opened`` by it; a problem only while nobody took it up.
    """
    sql = """SELECT id FROM flow_matter WHERE kind = %s AND open AND (ver = 1 OR kind <> 'projects.problem')
             AND ((subject = ANY(%s) AND subject > 0) OR id = ANY(%s)) ORDER BY id"""
    return [row[0] for row in run(sql, (kind, list(gone), list(opened)))]


def open_codes(opened: Iterable[int], gone: Sequence[int]) -> list[str]:
    """Return the codes of matters that go on although the import was undone."""
    sql = """SELECT code FROM flow_matter WHERE open AND ((subject = ANY(%s) AND subject > 0) OR id = ANY(%s))
             ORDER BY id"""
    return [row[0] for row in run(sql, (list(gone), list(opened)))]


def names_of(project_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of projects, withdrawn ones too."""
    rows = run("SELECT id, name FROM projects_project WHERE id = ANY(%s)", (list(project_ids),))
    return {row[0]: row[1] for row in rows}
