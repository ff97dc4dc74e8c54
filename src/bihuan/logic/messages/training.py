"""How the classifier of messages learns, and how it is measured.

Two linear machines are trained a class against the rest and added up: a support vector machine, and one on
features weighed by how much likelier they are inside the class (NB-SVM). They choose the class; with a third,
complement naive Bayes, a last small machine says how sure that is. Everything that is promised
(probabilities, the threshold, suspicious labels) is learned **out of fold**: from judgements of messages that the
judging machine had not seen, near copies kept in one fold. Needs scikit-learn (the ``solve`` extra).
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from os import cpu_count
from typing import Any

import numpy as np

from bihuan.logic.messages import copies
from bihuan.logic.messages.classifier import Model, calibrated
from bihuan.logic.messages.grams import KINDS, Array, Rows, Vocabulary, counted, side_by_side
from bihuan.logic.messages.sureness import MACHINES, PLAIN, marks, settled, summed, sureness
from bihuan.logic.messages.words import Words, words

#: What the threshold promises: this share of what is dispatched without a person is right.
PRECISION = 0.98
#: How far above the promise the threshold is set, in standard errors: the promise is the lower 95 % bound.
MARGIN = 1.645
#: Fewer wrong (or right) judgements than this teach nothing about how sure to be.
_TAUGHT = 20
FOLDS = 5
#: A label is suspicious when the machine gives it less than this, and another one at least that.
UNLIKELY, LIKELY = 0.05, 0.9
#: A class with fewer messages can't be learned; of more messages than this the first ones are left out.
FEWEST, MOST = 10, 30_000
_SMOOTHING, _COMPLEMENT = 0.1, 0.3


class TrainingError(ValueError):
    """These messages can't be learned from; ``code`` says why: one_class, few."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class NoTrainer(RuntimeError):
    """scikit-learn is not installed."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A message whose label the machine doubts: its row, its label, what it may be, and how likely each is."""

    row: int
    label: str
    rather: str
    chance_label: float
    chance_rather: float


@dataclass(frozen=True, slots=True)
class Measured:
    """How well judgements agree with labels; precision and coverage are those at the threshold."""

    n: int
    accuracy: float
    macro_f1: float
    top2_accuracy: float
    threshold: float
    precision: float
    coverage: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, its measures out of fold, and the labels it doubts, most doubtful first."""

    model: Model
    measured: Measured
    suspicions: tuple[Suspicion, ...]
    left_out: int
    seconds: float


def train(texts: Sequence[str], labels: Sequence[str], day: str = "") -> Trained:
    """Learn from labelled messages, cut into words or as people write them; ``day`` is only noted.

    Raises:
        TrainingError: fewer than two classes, or a class with less than :data:`FEWEST` different messages.
        NoTrainer: without scikit-learn.
    """
    begun = time.perf_counter()
    machines = _machines()
    left_out = max(0, len(texts) - MOST)
    texts, labels = texts[left_out:], labels[left_out:]
    messages = [words(text) for text in texts]
    group = copies.groups([frozenset(one.all) for one in messages])
    classes = _classes(labels, group)
    vocabularies, rows = _features(messages)
    matrix = _matrix(rows, vocabularies)
    wanted = np.searchsorted(np.array(classes), np.array(labels))
    fold = np.array(copies.folds(labels, group, FOLDS))
    scores, coefficients, intercepts = _learned(machines, matrix, wanted, fold, len(classes))
    scale, shift, chances = _calibration(machines, summed(scores), wanted, fold)
    surely, sure = _surely(machines, marks(scores, chances), chances.argmax(1) == wanted, fold)
    chances = settled(chances, sure)
    threshold = threshold_for(chances, wanted)
    model = Model(
        tuple(classes), vocabularies, coefficients.astype(np.float16), intercepts, scale, shift, surely, threshold,
        KINDS, {"messages": len(texts), "day": day, "per_class": dict(Counter(labels))},
    )  # fmt: skip
    suspicions = _suspicious(chances, wanted, classes, left_out)
    seconds = time.perf_counter() - begun
    return Trained(model, measure(chances, wanted, threshold), suspicions, left_out, seconds)


def _machines() -> Any:
    try:
        import_module("scipy.sparse")
        import_module("sklearn.svm")
        return import_module("sklearn.linear_model")
    except ImportError as error:
        raise NoTrainer(str(error)) from error


def _classes(labels: Sequence[str], group: Sequence[int]) -> list[str]:
    """Return the classes; near copies count as one message."""
    counts = Counter(label for label, _group in set(zip(labels, group, strict=True)))
    if len(counts) < 2:
        raise TrainingError("one_class")
    if rare := [label for label, count in counts.items() if count < FEWEST]:
        raise TrainingError("few", "、".join(sorted(rare)))
    return sorted(counts)


def _features(messages: Sequence[Words]) -> tuple[tuple[Vocabulary, ...], Rows]:
    vocabularies, parts = [], []
    for kind in KINDS:
        counts = counted(kind, messages)
        vocabularies.append(Vocabulary.of(kind, counts))
        parts.append(vocabularies[-1].rows(kind, counts))
    return tuple(vocabularies), side_by_side(parts, [len(one.keys) for one in vocabularies])


def _matrix(rows: Rows, vocabularies: Sequence[Vocabulary]) -> Any:
    width = sum(len(one.keys) for one in vocabularies)
    sparse = import_module("scipy.sparse")
    return sparse.csr_matrix(
        (rows.values, rows.columns.astype(np.int32), rows.starts.astype(np.int32)),
        (len(rows.starts) - 1, width),
    )


def _learned(
    machines: Any, matrix: Any, wanted: Array, fold: Array, classes: int
) -> tuple[Array, Array, Array]:
    """Return (scores out of fold, coefficients, intercepts) of the machines side by side.

    The model is the mean of the folds' machines, not one more trained on everything: that one would be surer of itself
    than those whose probabilities were measured, and break the threshold's promise on new messages.
    """
    everything = np.arange(len(wanted))
    parts = [everything[fold != number] for number in range(FOLDS)]

    def one(work: tuple[int, int]) -> tuple[int, slice, Array, Array, Array]:
        part, number = work
        machine = (_plain, _weighed, _complement)[number]
        coefficients, intercepts = machine(matrix[parts[part]], wanted[parts[part]], classes)
        block = slice(number * classes, (number + 1) * classes)
        return (
            part,
            block,
            coefficients,
            intercepts,
            matrix[everything[fold == part]] @ coefficients + intercepts,
        )

    works = [(part, number) for part in range(len(parts)) for number in range(MACHINES)]
    wide = MACHINES * classes
    scores = np.zeros((len(wanted), wide))
    coefficients, intercepts = np.zeros((matrix.shape[1], wide), np.float32), np.zeros(wide)
    with ThreadPoolExecutor(min(2, cpu_count() or 1)) as pool:
        for part, block, weights, shifts, found in pool.map(one, works):
            scores[fold == part, block] = found
            coefficients[:, block] += weights / np.float32(FOLDS)
            intercepts[block] += shifts / FOLDS
    return scores, coefficients, intercepts


def _svm(matrix: Any, wanted: Array, cost: float, *, balanced: bool) -> Any:
    svm = import_module("sklearn.svm")
    weight = "balanced" if balanced else None
    machine = svm.LinearSVC(C=cost, tol=0.1, max_iter=300, class_weight=weight, random_state=0)
    return machine.fit(matrix, wanted)


def _against_rest(
    matrix: Any, wanted: Array, classes: int, fit: Callable[[Array], Any]
) -> tuple[Array, Array]:
    weights, shifts = np.zeros((matrix.shape[1], classes), np.float32), np.zeros(classes)
    for one in range(classes):
        inside = wanted == one
        if inside.any() and not inside.all():
            weights[:, one], shifts[one] = fit(inside)
        else:
            shifts[one] = -1.0
    return weights, shifts


def _plain(matrix: Any, wanted: Array, classes: int) -> tuple[Array, Array]:
    """Train a class against the rest, all classes counting alike."""

    def fit(inside: Array) -> tuple[Array, float]:
        machine = _svm(matrix, inside, 0.5, balanced=True)
        return machine.coef_[0], float(machine.intercept_[0])

    return _against_rest(matrix, wanted, classes, fit)


def _weighed(matrix: Any, wanted: Array, classes: int) -> tuple[Array, Array]:
    """Train on features times the logarithm of how much likelier each is inside the class."""
    total = np.asarray(matrix.sum(0)).ravel() + 2 * _SMOOTHING

    def fit(inside: Array) -> tuple[Array, float]:
        within = np.asarray(inside.astype(np.float32) @ matrix).ravel() + _SMOOTHING
        without = total - within
        ratio = np.log(within / within.sum() / (without / without.sum())).astype(np.float32)
        scaled = matrix.copy()
        scaled.data *= ratio[scaled.indices]
        size = np.float32(np.sqrt((scaled.data**2).sum() / scaled.shape[0]))
        scaled.data /= size
        machine = _svm(scaled, inside, 2.0, balanced=False)
        return machine.coef_[0] * ratio / size, float(machine.intercept_[0])

    return _against_rest(matrix, wanted, classes, fit)


def _complement(matrix: Any, wanted: Array, classes: int) -> tuple[Array, Array]:
    """Train complement naive Bayes: how much rarer each feature is outside the class (Rennie and others 2003)."""
    within = np.stack(
        [np.asarray((wanted == one).astype(np.float32) @ matrix).ravel() for one in range(classes)]
    )
    without = within.sum(0)[None, :] - within + _COMPLEMENT
    weights = -np.log(without / without.sum(1, keepdims=True))
    return (weights - weights.mean(0)).T.astype(np.float32), np.zeros(classes)


def _surely(machines: Any, found: Array, right: Array, fold: Array) -> tuple[Array, Array]:
    """Return (weights, how sure each judgement out of fold is): learned from which judgements were right."""

    def fitted(chosen: Array) -> Array:
        taught = right[chosen]
        if min(taught.sum(), (~taught).sum()) < _TAUGHT:
            return PLAIN
        mean, size = found[chosen].mean(0), np.maximum(found[chosen].std(0), 1e-6)
        machine = machines.LogisticRegression(C=1.0, max_iter=500).fit((found[chosen] - mean) / size, taught)
        weights = machine.coef_[0] / size
        return np.append(weights, machine.intercept_[0] - weights @ mean)

    sure = np.zeros(len(right))
    for number in range(FOLDS):
        held = fold == number
        if held.any():
            sure[held] = sureness(found[held], fitted(~held))
    return fitted(np.ones(len(right), bool)), sure


def _calibration(machines: Any, scores: Array, wanted: Array, fold: Array) -> tuple[Array, Array, Array]:
    """Return (scale, shift, probabilities out of fold): the fold judged is never calibrated on."""
    classes = scores.shape[1]

    def fitted(chosen: Array) -> tuple[Array, Array]:
        machine = machines.LogisticRegression(C=10.0, max_iter=500).fit(scores[chosen], wanted[chosen])
        scale, shift = np.zeros((classes, classes)), np.full(classes, -30.0)
        if len(machine.classes_) == 2:  # one row stands for both
            scale[machine.classes_[1]], shift[machine.classes_] = machine.coef_[0], (0, machine.intercept_[0])
        else:
            scale[machine.classes_], shift[machine.classes_] = machine.coef_, machine.intercept_
        return scale, shift

    chances = np.zeros_like(scores)
    for number in range(FOLDS):
        held = fold == number
        if held.any():
            chances[held] = calibrated(scores[held], *fitted(~held))
    return *fitted(np.ones(len(wanted), bool)), chances


def threshold_for(
    chances: Array, wanted: Array, precision: float = PRECISION, margin: float = MARGIN
) -> float:
    """Return the lowest probability from which on ``precision`` was kept, with a margin; above 1 if none.

    The precision of the ``n`` surest must reach the promise plus ``margin`` standard errors at that ``n``.
    """
    surest = chances.max(1)
    order = np.argsort(-surest, kind="stable")
    right = (chances.argmax(1) == wanted)[order]
    number = np.arange(1, len(order) + 1)
    needed = precision + margin * np.sqrt(precision * (1 - precision) / number)
    kept = np.flatnonzero((np.cumsum(right) / number >= np.minimum(needed, 1)) & (number >= 30))
    return float(surest[order[kept[-1]]]) if len(kept) else 1.01


def measure(chances: Array, wanted: Array, threshold: float) -> Measured:
    """Compare probabilities with the true classes (a class the model doesn't know is ``-1``)."""
    count, first = len(wanted), chances.argmax(1)
    right = first == wanted
    surest = chances.max(1, initial=0)
    second = np.argsort(-chances, 1, kind="stable")[:, :2]
    sure = surest >= threshold
    return Measured(
        count,
        float(right.mean()) if count else 0.0,
        _macro_f1(first, wanted),
        float((second == wanted[:, None]).any(1).mean()) if count else 0.0,
        threshold,
        float(right[sure].mean()) if sure.any() else 0.0,
        float(sure.mean()) if count else 0.0,
        calibration_error(surest, right),
    )


def _macro_f1(first: Array, wanted: Array) -> float:
    found = []
    for one in np.unique(np.concatenate((wanted, first))):
        hits = float(((first == one) & (wanted == one)).sum())
        both = float((first == one).sum() + (wanted == one).sum())
        found.append(2 * hits / both if both else 0.0)
    return float(np.mean(found)) if found else 0.0


def calibration_error(chance: Array, right: Array, bins: int = 10) -> float:
    """Return the mean distance between probability and share of right answers, over bins of equal width."""
    if not len(chance):
        return 0.0
    place = np.minimum((chance * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    gap = np.bincount(place, chance - right, minlength=bins)
    return float(np.abs(gap).sum() / count.sum())


def _suspicious(
    chances: Array, wanted: Array, classes: Sequence[str], left_out: int
) -> tuple[Suspicion, ...]:
    given, rather = chances[np.arange(len(wanted)), wanted], chances.argmax(1)
    found = np.flatnonzero((given < UNLIKELY) & (chances.max(1) >= LIKELY) & (rather != wanted))
    return tuple(
        Suspicion(
            int(row) + left_out,
            classes[wanted[row]],
            classes[rather[row]],
            float(given[row]),
            float(chances[row].max()),
        )
        for row in found[np.argsort(given[found])]
    )
