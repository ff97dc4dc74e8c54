"""The register of enterprises as a workbook, headed as offices head it, so that it can be taken in again."""

from collections.abc import Iterable, Mapping
from io import BytesIO

import xlsxwriter

from bihuan.kernel.registers.selectors import LiveRow
from bihuan.lines.officers.grids.register import FIELDS, GRID_HEADERS


def write_workbook(rows: Iterable[LiveRow], grids: Mapping[str, str]) -> bytes:
    """Return the workbook: title, one row of headers, one row an enterprise with its grid (``grids``: id → name).

    Texts are texts, never formulas.
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("企业台账")
        head = book.add_format({"bold": True, "border": 1, "align": "center"})
        cell = book.add_format({"border": 1, "text_wrap": True})
        sheet.merge_range(
            0, 0, 0, len(FIELDS) + 1, "园区企业台账", book.add_format({"bold": True, "align": "center"})
        )
        for number, title in enumerate(("序号", *(column.headers[0] for column in FIELDS), GRID_HEADERS[0])):
            sheet.write_string(1, number, title, head)
        for at, row in enumerate(rows, 1):
            sheet.write_number(1 + at, 0, at, cell)
            for number, column in enumerate(FIELDS, 1):
                text = row.written(column.name) or column.show(row.codes[column.name])
                sheet.write_string(1 + at, number, text, cell)
            sheet.write_string(1 + at, len(FIELDS) + 1, grids.get(row.codes["cell"] or "", ""), cell)
        sheet.set_column(1, len(FIELDS) + 1, 22)
    return file.getvalue()
