"""The classifier of messages on labelled real ones: ``python -m bench.dispatch [--json] [--file F] [--folds 5]``.

Every message is judged by a model that saw neither it nor a near copy: probabilities, threshold and all are learned
from the other folds alone. The baseline of the same run is a plain word and character tf-idf with a linear SVM.
"""

import argparse
import csv
import gzip
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.harness import main, peak_mb
from bihuan.logic.messages import copies, training
from bihuan.logic.messages.words import words

_TIMED = 100


def _labelled(path: Path) -> tuple[list[str], list[str]]:
    csv.field_size_limit(10**9)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def _baseline(texts: Sequence[str], labels: Sequence[str], fold: np.ndarray) -> float:
    """Return the macro-F1 of the plain method over the same folds."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import f1_score
    from sklearn.svm import LinearSVC

    found = np.empty(len(labels), object)
    for number in range(fold.max() + 1):
        kept, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        kinds = (
            TfidfVectorizer(tokenizer=str.split, token_pattern=None, min_df=2),
            TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=2),
        )
        seen = hstack([kind.fit_transform([texts[n] for n in kept]) for kind in kinds]).tocsr()
        unseen = hstack([kind.transform([texts[n] for n in held]) for kind in kinds]).tocsr()
        machine = LinearSVC(C=0.5).fit(seen, [labels[n] for n in kept])
        found[held] = machine.predict(unseen)
    return float(f1_score(labels, list(found), average="macro"))


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Train on all but one fold, judge that one; say so when the messages aren't there."""
    path = Path(args.file)
    if not path.exists():
        return {"skipped": f"no messages at {path}: name them with --file"}
    texts, labels = _labelled(path)
    classes = sorted(set(labels))
    wanted = np.array([classes.index(label) for label in labels])
    group = copies.groups([frozenset(words(text).all) for text in texts])
    fold = np.array(copies.folds(labels, group, args.folds))
    chances, sure, seconds, timed = np.zeros((len(texts), len(classes))), np.zeros(len(texts), bool), [], []
    for number in range(args.folds):
        kept, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        made = training.train([texts[n] for n in kept], [labels[n] for n in kept])
        seconds.append(made.seconds)
        chances[held] = made.model.chances([texts[n] for n in held])
        sure[held] = chances[held].max(1) >= made.model.threshold
        for n in held[:_TIMED]:
            begun = time.perf_counter()
            made.model.judge(texts[n], reasons=5)
            timed.append((time.perf_counter() - begun) * 1000)
    found = asdict(training.measure(chances, wanted, 0.0))
    right = chances.argmax(1) == wanted
    found |= {"precision": float(right[sure].mean()), "coverage": float(sure.mean())}
    del found["threshold"]
    plain = _baseline(texts, labels, fold)
    return {name: round(value, 4) for name, value in found.items()} | {
        "groups_of_copies": len(set(group)),
        "train_s": round(float(np.median(seconds)), 1),
        "ms_per_message": round(float(np.median(timed)), 2),
        "peak_mb": peak_mb(),
        "baseline_macro_f1": round(plain, 4),
        "ratio": round((1 - plain) / (1 - found["macro_f1"]), 2),
    }


if __name__ == "__main__":
    raise SystemExit(
        main(
            "Classes of messages, judged by models that never saw them",
            measure,
            file="../shared/data/hotline/messages_labelled_train.csv.gz",
            folds=5,
        )
    )
