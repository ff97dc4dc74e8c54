"""Merging and hot issues on real messages: ``python -m bench.hotspots [--json] [--file F] [--pairs P]``.

Pairs of messages were judged by a reader (same event or not): drawn evenly over bands of likeness above 0.15 of
the text's cosine, so most are hard, and the figures are those of such pairs, not of all. The baseline joins
whatever is connected by a cosine of 0.35 (single linkage).
"""

import argparse
import csv
import time
from pathlib import Path
from typing import Any

from bench.harness import main, peak_mb
from bihuan.lines.hotline.learning.tables import messages
from bihuan.logic.messages.merging import Message, groups, hotspots

#: What a reader of the first 60 % names at once; each must be an issue of its own among the first twenty.
_KNOWN = ("58车贷", "丽发新城", "月亮岛路", "伊景园", "洪山公园", "南山十里天池", "魅力之城", "凉塘路")


def _single_linkage(some: list[Message]) -> list[int]:
    from scipy.sparse.csgraph import connected_components
    from sklearn.feature_extraction.text import TfidfVectorizer

    kind = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True, min_df=2)
    matrix = kind.fit_transform([one.subject + one.text[:150] for one in some])
    likeness = matrix @ matrix.T
    return [int(one) for one in connected_components(likeness >= 0.35, directed=False)[1]]


def _agreement(
    some: list[Message], group: list[int], pairs: list[tuple[str, str, bool]]
) -> tuple[float, float, float]:
    at = dict(zip([one.id for one in some], group, strict=True))
    joined = [(at[one] == at[other], same) for one, other, same in pairs if one in at and other in at]
    both = sum(one and same for one, same in joined)
    precision = both / max(1, sum(one for one, _same in joined))
    recall = both / max(1, sum(same for _one, same in joined))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Group the messages, compare with the reader, look for the issues he names."""
    path = Path(args.file)
    if not path.exists():
        return {"skipped": f"no messages at {path}: name them with --file"}
    some = messages(path)
    with Path(args.pairs).open(encoding="utf-8") as file:
        pairs = [(row["one"], row["other"], row["same"] == "1") for row in csv.DictReader(file)]
    begun = time.perf_counter()
    group = groups(some)
    seconds = time.perf_counter() - begun
    precision, recall, f1 = _agreement(some, group, pairs)
    plain = _agreement(some, _single_linkage(some), pairs)
    subject = {one.id: one.subject for one in some}
    first = [" ".join(subject[key] for key in one.messages) for one in hotspots(some, most=20)]
    return {
        "messages": len(some),
        "groups_of_several": len({one for one in group if group.count(one) > 1}),
        "pairs": len(pairs),
        "pairs_same": sum(same for _one, _other, same in pairs),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "baseline_precision": round(plain[0], 3),
        "baseline_recall": round(plain[1], 3),
        "ratio": round(f1 / max(plain[2], 1e-9), 2),
        "known_issues": len(_KNOWN),
        "known_issues_among_first_20": sum(any(name in one for one in first) for name in _KNOWN),
        "seconds": round(seconds, 2),
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    raise SystemExit(
        main(
            "Messages about one event, and what is hot",
            measure,
            file="../shared/data/hotline/messages_hotspot_first60.csv.gz",
            pairs="tests/lines/hotline/same_event_pairs.csv",
        )
    )
