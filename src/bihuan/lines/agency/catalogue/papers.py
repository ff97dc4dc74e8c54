"""The catalogue as the workbook offices keep, and back."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register
from bihuan.kernel.registers.selectors import LiveRow


def workbook(register: Register, rows: Iterable[LiveRow], title: str) -> bytes:
    """Return a workbook with the register's own headings, so that it can be brought in again."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(title[:31])
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    for at, column in enumerate(register.fields):
        sheet.write_string(0, at, column.heading, head)
        sheet.set_column(at, at, 30 if column.kind == "prose" else 16)
    for line, row in enumerate(rows, 1):
        for at, column in enumerate(register.fields):
            sheet.write_string(line, at, shown(column, row.codes[column.name]), cell)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def shown(column: Column, code: str | None) -> str:
    """Return a code as offices write it: choices by their own word."""
    if column.kind == "choice":
        return next((said for said, value in column.choices.items() if str(value) == code), "")
    return column.show(code)
