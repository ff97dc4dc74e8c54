"""How fast is search: ``python -m bench.search [--rows N] [--json]``.

Fills a throw-away database with N matters (default 200,000) whose titles follow a Zipf
law (the commonest word in about a fifth of them), then times every class of query
against what one would write first: the newest twenty by ORDER BY id DESC LIMIT with @@.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from bench.harness import database, main

_HEADS = ["企业", "项目", "用地", "问题", "供水", "办理", "小区", "道路", "审批", "手续"]
_HEADS += ["排水", "供电", "噪声", "施工", "环境", "物业", "停车", "资金", "证照", "奖补"]
_PLACES = "岭塘坪湾桥冲洲江湖溪井山田园亭渡铺港垅坡"
_NAMES = "金华东兴永安新长泰和明德宏盛福康源天海龙凤云青石玉林泉春秋白大小上下南北西中"
_TAILS = ["科技", "农业", "机械", "电子", "食品", "园艺", "物流", "建材", "药业"]
_TAILS += ["村", "街", "路", "社区", "学校", "医院", "市场", "花园", "广场"]
_SLOW = 5.0


def vocabulary(size: int, rng: random.Random) -> list[str]:
    """Return distinct words, the commonest first; beyond the everyday ones they are made-up names."""
    words = dict.fromkeys(_HEADS)
    while len(words) < size:
        name = rng.choice(_NAMES) + rng.choice(_PLACES if rng.random() < 0.5 else _NAMES)
        words[name + (rng.choice(_TAILS) if rng.random() < 0.7 else rng.choice(_PLACES))] = None
    return list(words)


def titles(rows: int, words: list[str], streets: int) -> Iterator[tuple[int, str]]:
    """Yield a street and a title of six words; each street has a name only its own titles bear."""
    rng = np.random.default_rng(20251016)
    weight = 1 / (np.arange(len(words)) + 3.0)
    edges = np.cumsum(weight / weight.sum())
    for start in range(0, rows, 10_000):
        count = min(10_000, rows - start)
        picks = np.searchsorted(edges, rng.random((count, 6)))
        where = rng.integers(1, streets + 1, count)
        for street, row in zip(where, picks, strict=True):
            yield int(street), street_name(int(street)) + "".join(words[i] for i in row)


def street_name(number: int) -> str:
    """Return the name of a street that no other word contains."""
    return "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥鼠牛虎"[number - 1] + "镇"


def fill(rows: int, words: list[str]) -> None:
    """Load the matters and their terms, then build the index and learn the frequencies."""
    from django.db import connection

    from bihuan.kernel.search import actions
    from bihuan.logic.terms import standing, terms_for

    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX search_doc_terms")
        cursor.execute("CREATE TEMP TABLE loaded (id bigint, terms text)")
        made = enumerate(titles(rows, words, 25), 1)
        while batch := list(islice(made, 50_000)):
            load_matters(cursor, batch)
            with cursor.copy("COPY loaded FROM STDIN") as copy:
                for number, (street, title) in batch:
                    places = standing("projects", [("county", 1), ("street", street)])
                    copy.write_row((number, " ".join([*terms_for(title, code(number)), *places])))
        cursor.execute(
            "INSERT INTO search_doc SELECT id, array_to_tsvector(string_to_array(terms, ' ')) FROM loaded"
        )
        cursor.execute("DROP TABLE loaded")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "CREATE INDEX search_doc_terms ON search_doc USING gin (tsv)"
            " WITH (fastupdate = on, gin_pending_list_limit = 512)"
        )
        cursor.execute("VACUUM ANALYZE flow_matter")
        cursor.execute("VACUUM search_doc")
    actions.measure()


def load_matters(cursor: Any, batch: list[tuple[int, tuple[int, str]]]) -> None:
    """Copy matters in, every column at its default but for those the benchmark varies."""
    from bihuan.kernel.flow.models import Matter

    at = "2025-10-16 09:00+08"
    row = {f.column: f.get_default() for f in Matter._meta.concrete_fields}
    row |= {
        "seq": 1,
        "ver": 1,
        "rules": 1,
        "line": "projects",
        "kind": "problem",
        "stage": "new",
        "county": 1,
    }
    row |= {"county": 1, "created": at, "moved": at, "data": "{}"}
    with cursor.copy(f"COPY flow_matter ({', '.join(row)}) FROM STDIN") as copy:
        for number, (street, title) in batch:
            varied = {"id": number, "code": code(number), "title": title, "street": street}
            copy.write_row((row | varied | {"holder_unit": number % 60 + 1}).values())


def code(number: int) -> str:
    """Return the code of a matter."""
    return f"WT-2025-{number:07d}"


def classes(rows: int, words: list[str], rng: random.Random) -> dict[str, tuple[list[str], str, int]]:
    """Return the classes of queries: texts, and the branch they are asked in."""
    common = [w for w in words[:20] if len(w) == 2]
    rare = [w[:2] for w in words if len(w) > 2 and w[0] in "秋泉凤"]
    names = [w for w in words[200:] if len(w) == 4]
    asked: dict[str, tuple[list[str], str, int]] = {
        "1 char, common": ([w[0] for w in common], "*", 0),
        "2 chars, common": (common, "*", 0),
        "2 chars, rare": (rng.sample(rare, 60), "*", 0),
        "4 chars": (rng.sample(names, 60), "*", 0),
        "code": ([code(rng.randrange(1, rows)) for _ in range(60)], "*", 0),
        "2 chars, common, one street": (common, "street", 7),
        "2 chars, rare, one street": (rng.sample(rare, 60), "street", 7),
        "2 chars, common, one unit": (common, "holder_unit", 7),
        "another street's name": ([street_name(n) for n in range(8, 20)], "street", 7),
        "nothing of the kind": (["龘龘", "龘靐", "靐"], "*", 0),
    }
    return asked


def naive(text: str, column: str, value: int) -> list[int]:
    """Find by the statement one would write first."""
    from bihuan.kernel.store.sql import run
    from bihuan.logic.terms import query

    where = "" if column == "*" else f" AND m.{column} = {value}"
    rows = run(
        "SELECT m.id FROM flow_matter m JOIN search_doc d ON d.matter_id = m.id"
        f" WHERE d.tsv @@ %s::tsquery{where} ORDER BY m.id DESC LIMIT 20",
        (query(text).tsquery(),),
    )
    return [row[0] for row in rows]


def ours(text: str, column: str, value: int) -> list[int]:
    """Find by the product's own search."""
    from bihuan.kernel.search.selectors import search

    return [hit.id for hit in search([(column, value)], text, using="default").hits]


Find = Callable[[str, str, int], list[int]]


def timed(find: Find, texts: list[str], column: str, value: int, rounds: int) -> list[float]:
    """Return the milliseconds of each query; the first round warms the caches and isn't counted."""
    taken: list[float] = []
    for turn in range(rounds + 1):
        for text in texts:
            begun = time.perf_counter()
            find(text, column, value)
            if turn:
                taken.append((time.perf_counter() - begun) * 1000)
        if sum(taken) > _SLOW * 1000:
            break
    return taken


def compare(rows: int, rounds: int) -> list[dict[str, Any]]:
    """Measure every class both ways in one database."""
    rng = random.Random(7)
    words = vocabulary(20_000, rng)
    fill(rows, words)
    table = []
    for name, (texts, column, value) in classes(rows, words, rng).items():
        for text in texts[:3]:
            assert name == "code" or ours(text, column, value) == naive(text, column, value), text
        mine = timed(ours, texts, column, value, rounds)
        other = timed(naive, texts[:12], column, value, 1)
        cut = statistics.quantiles(mine, n=20)
        table.append({
            "class": name, "p50_ms": round(cut[9], 2), "p95_ms": round(cut[18], 2),
            "naive_p50_ms": round(statistics.median(other), 2), "naive_max_ms": round(max(other), 2),
            "ratio_p95": round(max(other) / cut[18], 1),
        })  # fmt: skip
    return table


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Create a throw-away database, measure, drop it."""
    with database():
        return {
            "rows": args.rows,
            "classes": {row.pop("class"): row for row in compare(args.rows, args.rounds)},
        }


if __name__ == "__main__":
    raise SystemExit(main("Search: newest 20, by class of query", measure, rows=200_000, rounds=3))
