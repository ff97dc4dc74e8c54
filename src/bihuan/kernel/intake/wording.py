"""The sentences for every mark and problem a cell can have."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

#: Cells that were read, with what was done.
MARKS = {
    "not_stated": N_("Counts as not stated."),
    "line_break": N_("The line break was taken out."),
    "spaces": N_("Superfluous spaces were taken out."),
    "full_width": N_("Full-width characters were read as usual ones."),
    "brackets": N_("Half-width brackets in Chinese text were made full-width."),
    "text_number": N_("The number is stored as text; it was read as a number."),
    "unit": N_("Written in %(unit)s; read as %(value)s %(home)s."),
    "unit_said": N_("The unit %(unit)s stands in the cell; the number was taken."),
    "approximate": N_("Approximate in the source; read as %(value)s and marked approximate."),
    "words_dropped": N_("Only the date in “%(text)s” was taken."),
    "part_dropped": N_("“%(text)s” was read as %(day)s; the part of the month or year isn't kept."),
    "date_text": N_("The date is stored as text; it was read as %(day)s."),
    "inferred_year": N_(
        "推定: “%(text)s” has no year; %(day)s was inferred from the report's date %(report)s."
    ),
    "shown_precision": N_("Stored as %(stored)s but shown as %(day)s; what is shown was taken."),
    "serial_day": N_("A number without a date format, read as Excel's day number: %(day)s."),
    "merged": N_("The merged cell %(range)s holds for this row too."),
    "section": N_("Stands under “%(section)s”."),
    "serial_text": N_("The serial number is stored as text."),
    "title_row": N_("Skipped: title."),
    "unit_row": N_("Skipped: unit line; amounts without a unit count in %(units)s."),
    "section_row": N_("Skipped: section heading."),
    "total_row": N_("Skipped: total row."),
    "note_row": N_("Skipped: note."),
    "signature_row": N_("Skipped: signature line."),
    "header_row": N_("Skipped: repeated header."),
    "blank_row": N_("Skipped: nothing but a serial number or merged cells."),
    "banner_row": N_("Skipped: a line across the table that isn't a known heading."),
    "empty_sheet": N_("The sheet is empty."),
    "foreign_sheet": N_("The sheet has no such table and was not read."),
}

#: Cells and rows that ask for an answer.
PROBLEMS = {
    "not_a_number": N_("“%(text)s” can't be read as a number. What is it?"),
    "range": N_("“%(text)s” gives a range. Which number holds?"),
    "bound": N_("“%(text)s” gives only a limit. Which number holds?"),
    "foreign_currency": N_("“%(text)s” is in a foreign currency. How much is it in 万元?"),
    "unknown_unit": N_("The unit “%(unit)s” isn't known here."),
    "negative": N_("“%(text)s” is below zero."),
    "too_large": N_("“%(text)s” is too large to be true."),
    "not_whole": N_("“%(text)s” isn't a whole number."),
    "too_long": N_("The text is longer than %(longest)s characters."),
    "control_character": N_("The text holds characters that can't be stored."),
    "not_a_span": N_("“%(text)s” is no limit. Please write it with its unit, such as 20个工作日 or 30日."),
    "not_a_choice": N_("“%(text)s” isn't one of: %(choices)s."),
    "code_as_number": N_("The code is stored as a number and has lost digits. Please write it as text."),
    "uscc_check": N_("“%(text)s”: the check character of this unified social credit code is wrong."),
    "uscc_shape": N_("“%(text)s” isn't a unified social credit code (18 characters)."),
    "project_code_shape": N_("“%(text)s” isn't a project code (like 2020-430302-35-03-012345)."),
    "year_out_of_range": N_("The year %(year)s can't be right."),
    "no_such_day": N_("There is no such day: “%(text)s”."),
    "year_missing": N_("“%(text)s” has no year and the row states no report date. Which year?"),
    "two_digit_year": N_("“%(text)s”: please write the year with four digits."),
    "not_a_date": N_("“%(text)s” can't be read as a date. Which day is it?"),
    "month_lost": N_("Excel may have dropped a zero from “%(text)s”: January or October?"),
    "after_report": N_(
        "%(day)s lies after the report of %(report)s, yet this column states what has happened."
    ),
    "future_fact": N_("%(day)s lies in the future, yet this column states what has happened."),
    "merged_amount": N_("The merged cell %(range)s covers several rows; an amount must be given for each."),
    "formula_error": N_("The formula gives the error %(text)s."),
    "formula_unsaved": N_(
        "The formula has no stored value. Open and save the workbook in Excel or WPS first."
    ),
    "required": N_("“%(title)s” is missing; the row was not taken."),
    "duplicate_row": N_("The same as row %(row)s; this row was not taken."),
    "header_unknown": N_("The column “%(title)s” isn't known and was not read."),
    "header_missing": N_("The column “%(title)s” is missing; its values stay as they are."),
    "header_twice": N_("The column “%(title)s” stands here twice; the first was read."),
    "count_differs": N_("The heading says %(said)s rows, %(found)s stand below it."),
    "total_differs": N_("The total says %(said)s, the rows add up to %(found)s."),
    "match_ambiguous": N_("Several rows of the register may be meant. Which one?"),
    "match_conflict": N_("The code belongs to one row of the register and the name to another. Which one?"),
    "match_maybe": N_("New, or a row that was renamed (%(names)s)?"),
    "kept_blank": N_("Empty here; the register holds “%(old)s”, which stays. Write 清空 to empty it."),
    "changed_here": N_("The register's value was entered after the last import; the workbook's replaces it."),
    "place_unknown": N_("No division is called “%(text)s”. The text is kept; please choose the division."),
    "place_ambiguous": N_("Several divisions are called “%(text)s”: %(names)s. Please choose."),
}


def declare(problems: Mapping[str, str]) -> None:
    """Make a line's own problems known, code → sentence (an English msgid); another sentence for a code is refused."""
    for code, sentence in problems.items():
        if PROBLEMS.setdefault(code, sentence) != sentence:
            raise ValueError(f"two sentences for {code}")


def letter(column: int) -> str:
    """Return what a workbook calls its n-th column, from 1: A … Z, AA …"""
    said = ""
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said


def word(code: str, params: Mapping[str, Any]) -> str:
    """Return the sentence for a mark or problem in the reader's language."""
    return _(MARKS.get(code) or PROBLEMS.get(code) or code) % dict(params)
