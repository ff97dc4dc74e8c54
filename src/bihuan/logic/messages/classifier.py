"""What a message is about: classes with honest probabilities, the words that decided, and abstention.

A judgement costs milliseconds and needs numpy only. A model is one file of plain arrays with a header in JSON:
nothing in it can run. It carries the version of the features it was trained on and is refused under another.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from bihuan.logic.messages.grams import KINDS, Array, Kind, Rows, Vocabulary, counted, side_by_side
from bihuan.logic.messages.sureness import MACHINES, MARKS, marks, settled, summed, sureness
from bihuan.logic.messages.words import Words, can_cut, words

FORMAT = "bihuan.messages"
#: Raised whenever words or features are made differently: an older model would read them wrongly.
FEATURES = 2
_BATCH = 500


class ModelError(ValueError):
    """A model can't be used; ``code`` says why: foreign, damaged, older, newer."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reason:
    """A word of the message and how much it spoke for the first class against the second."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """Classes from likely to unlikely with their probabilities; ``sure`` when a person need not look."""

    classes: tuple[str, ...]
    chances: tuple[float, ...]
    sure: bool
    reasons: tuple[Reason, ...] = ()

    @property
    def first(self) -> str:
        """The likeliest class."""
        return self.classes[0]

    @property
    def chance(self) -> float:
        """The probability of the likeliest class."""
        return self.chances[0]


@dataclass(frozen=True, slots=True)
class Model:
    """A trained classifier.

    ``coefficients`` has a row a feature and, machine by machine, a column a class; ``scale`` and ``shift`` turn
    the scores of the linear machines into probabilities; ``surely`` says from the marks how sure the first one is;
    ``threshold`` is the probability from which training found its promise of precision kept.
    """

    classes: tuple[str, ...]
    vocabularies: tuple[Vocabulary, ...]
    coefficients: Array
    intercepts: Array
    scale: Array
    shift: Array
    surely: Array
    threshold: float
    kinds: tuple[Kind, ...] = KINDS
    told: dict[str, Any] = field(default_factory=dict)

    def knows(self, word: str) -> bool:
        """Whether training saw a word at least twice."""
        keys = self.vocabularies[0].keys
        wanted = counted(self.kinds[0], [Words((word,), 0)]).key
        at = min(int(np.searchsorted(keys, wanted[0])), len(keys) - 1)
        return len(keys) > 0 and bool(keys[at] == wanted[0])

    def read(self, text: str) -> Words:
        """Return a message's words as this model was taught to read them."""
        return words(text, self._known_among if can_cut() else None)

    def _known_among(self, word: str) -> bool:
        return self.knows(word)

    def rows(self, messages: Sequence[Words]) -> Rows:
        """Return the features of messages."""
        parts = [
            vocabulary.rows(kind, counted(kind, messages))
            for kind, vocabulary in zip(self.kinds, self.vocabularies, strict=True)
        ]
        return side_by_side(parts, [len(one.keys) for one in self.vocabularies])

    def scores(self, rows: Rows) -> Array:
        """Return a score a message, machine and class."""
        weighed = rows.values[:, None] * self.coefficients[rows.columns].astype(np.float32)
        sums = np.concatenate(
            (np.zeros((1, len(self.intercepts)), np.float64), np.cumsum(weighed, 0, np.float64))
        )
        return np.asarray(sums[rows.starts[1:]] - sums[rows.starts[:-1]] + self.intercepts)

    def chances(self, texts: Sequence[str]) -> Array:
        """Return the probabilities of all classes, a row a message."""
        found = [
            self._chances(self.rows([self.read(t) for t in texts[at : at + _BATCH]]))
            for at in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(found) if found else np.zeros((0, len(self.classes)))

    def _chances(self, rows: Rows) -> Array:
        scores = self.scores(rows)
        chances = calibrated(summed(scores), self.scale, self.shift)
        return settled(chances, sureness(marks(scores, chances), self.surely))

    def judge(self, text: str, reasons: int = 0) -> Judgement:
        """Judge one message; with ``reasons`` say which words weighed most."""
        read = self.read(text)
        rows = self.rows([read])
        chances = self._chances(rows)[0]
        order = np.argsort(-chances, kind="stable")
        return Judgement(
            tuple(self.classes[n] for n in order),
            tuple(float(chances[n]) for n in order),
            bool(len(rows.columns) and chances[order[0]] >= self.threshold),
            self._reasons(read, rows, order, reasons) if reasons and len(order) > 1 else (),
        )

    def _reasons(self, read: Words, rows: Rows, order: Array, count: int) -> tuple[Reason, ...]:
        """Return the words whose own features (itself, its characters) spoke most for the first class."""
        different = list(dict.fromkeys(read.all))
        parts = self.rows([Words((word,), 1) for word in different])
        linear = self.coefficients[parts.columns][:, : 2 * len(self.classes)].astype(np.float32)
        first, second = (linear[:, order[n]] + linear[:, len(self.classes) + order[n]] for n in (0, 1))
        place = np.searchsorted(rows.columns, parts.columns) if len(rows.columns) else parts.columns
        place = np.minimum(place, max(0, len(rows.columns) - 1))
        stands = rows.columns[place] == parts.columns if len(rows.columns) else np.zeros(0, bool)
        worth = np.where(stands, rows.values[place] * (first - second), 0) if len(stands) else np.zeros(0)
        owner = np.repeat(np.arange(len(different)), np.diff(parts.starts))
        sums = np.bincount(owner, worth, minlength=len(different))
        best = [n for n in np.argsort(-sums)[: count * 2] if sums[n] > 0 and len(different[n]) > 1][:count]
        return tuple(Reason(different[n], round(float(sums[n]), 4)) for n in best)

    def to_bytes(self) -> bytes:
        """Return the model's file."""
        header = {
            "format": FORMAT, "features": FEATURES, "classes": self.classes, "threshold": self.threshold,
            "kinds": [asdict(kind) for kind in self.kinds], "told": self.told,
        }  # fmt: skip
        arrays: dict[str, Array] = {
            "header": np.frombuffer(json.dumps(header, ensure_ascii=False).encode(), np.uint8),
            "coefficients": self.coefficients, "intercepts": self.intercepts,
            "scale": self.scale, "shift": self.shift, "surely": self.surely,
        }  # fmt: skip
        for number, one in enumerate(self.vocabularies):
            arrays |= {f"keys{number}": one.keys, f"idf{number}": one.idf}
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Model":
        """Read a model's file.

        Raises:
            ModelError: not a model, damaged, or made with other features than this program's.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, KeyError) as error:
            raise ModelError("damaged" if data[:2] == b"PK" else "foreign", str(error)) from error
        header = _header(arrays)
        try:
            return _made(header, arrays)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError("damaged", str(error)) from error


def _header(arrays: dict[str, Array]) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads(arrays["header"].tobytes())
        format, features = header["format"], int(header["features"])
    except (KeyError, ValueError, TypeError) as error:
        raise ModelError("foreign") from error
    if format != FORMAT:
        raise ModelError("foreign", str(format))
    if features != FEATURES:
        raise ModelError("older" if features < FEATURES else "newer", f"{features} ≠ {FEATURES}")
    return header


def _made(header: dict[str, Any], arrays: dict[str, Array]) -> Model:
    kinds = tuple(Kind(**kind) for kind in header["kinds"])
    vocabularies = tuple(Vocabulary(arrays[f"keys{n}"], arrays[f"idf{n}"]) for n in range(len(kinds)))
    classes = tuple(str(one) for one in header["classes"])
    width, count = sum(len(one.keys) for one in vocabularies), len(classes)
    shapes = {
        "coefficients": (width, MACHINES * count),
        "intercepts": (MACHINES * count,),
        "scale": (count, count),
        "shift": (count,),
        "surely": (MARKS + 1,),
    }
    if any(arrays[name].shape != shape for name, shape in shapes.items()):
        raise ValueError("shapes")
    if any(len(one.keys) != len(one.idf) for one in vocabularies) or not classes:
        raise ValueError("vocabulary")
    return Model(
        classes, vocabularies, arrays["coefficients"], arrays["intercepts"], arrays["scale"], arrays["shift"],
        arrays["surely"],
        float(header["threshold"]), kinds, dict(header["told"]),
    )  # fmt: skip


def calibrated(scores: Array, scale: Array, shift: Array) -> Array:
    """Return probabilities of scores: a multinomial logistic over them."""
    raw = scores @ scale.T + shift
    raw = np.exp(raw - raw.max(1, keepdims=True))
    return np.asarray(raw / raw.sum(1, keepdims=True))
