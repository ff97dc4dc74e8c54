"""Templates of visits, classes of needs and the line's rules to start from: rows, loaded where there are none yet."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run

_FILE = Path(__file__).with_name("defaults.json")
_SINCE = date(2020, 1, 1)


def is_installed() -> bool:
    """Whether the tables stand (a migration may stop halfway)."""
    names = ["officers_template", "officers_need", "officers_rule"]
    sql = "SELECT bool_and(to_regclass(n) IS NOT NULL) FROM unnest(%s::text[]) AS n"
    return bool(run(sql, (names,))[0][0])


def load_defaults() -> None:
    """Add the rows that aren't there; what somebody changed stays as it is."""
    data: dict[str, list[dict[str, Any]]] = json.loads(_FILE.read_text("utf-8"))
    for place, row in enumerate(data["templates"]):
        run(
            """INSERT INTO officers_template (key, title, questions, hazards, source, place, active)
               VALUES (%s, %s, %s::jsonb, %s::jsonb, %s, %s, true) ON CONFLICT (key) DO NOTHING""",
            (row["key"], row["title"], json.dumps(row["questions"], ensure_ascii=False),
             json.dumps(row["hazards"], ensure_ascii=False), row["source"], place),
        )  # fmt: skip
    for place, row in enumerate(data["needs"]):
        run(
            """INSERT INTO officers_need (key, title, category, source, place, active)
               VALUES (%s, %s, %s, %s, %s, true) ON CONFLICT (key) DO NOTHING""",
            (row["key"], row["title"], row["category"], row["source"], place),
        )
    for row in data["rules"]:
        run(
            """INSERT INTO officers_rule (name, value, source, division, since, entered)
               SELECT %(name)s::text, %(value)s, %(source)s, 0, %(since)s, %(at)s
               WHERE NOT EXISTS (SELECT 1 FROM officers_rule WHERE name = %(name)s::text)""",
            {**row, "since": _SINCE, "at": now()},
        )
