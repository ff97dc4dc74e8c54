"""How sure a judgement is: three machines, and how far each puts the first class before the others.

The likeliest class comes from the two linear machines. Whether it is right is another question, and another
machine's opinion helps to answer it: where naive Bayes, which errs differently, agrees, it is more often so.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
#: Machines whose scores stand side by side: support vectors, NB-SVM, complement naive Bayes.
MACHINES = 3
#: The marks of a judgement: odds, lead, the lead in each machine, and whether each agrees.
MARKS = 2 + 2 * MACHINES
#: Without enough judgements that were wrong, the probability itself says how sure it is.
PLAIN = np.array([1.0] + [0.0] * MARKS)
_SMALL = 1e-6


def summed(scores: Array) -> Array:
    """Return the scores of the two linear machines added up, a column a class."""
    classes = scores.shape[1] // MACHINES
    return np.asarray(scores[:, :classes] + scores[:, classes : 2 * classes])


def marks(scores: Array, chances: Array) -> Array:
    """Return the marks of each judgement."""
    row, first = np.arange(len(chances)), chances.argmax(1)
    ranked = np.sort(chances, 1)
    top, second = ranked[:, -1], ranked[:, -2]
    leads = []
    for one in np.split(scores, MACHINES, axis=1):
        others = one.copy()
        others[row, first] = -np.inf
        leads.append(one[row, first] - others.max(1))
    odds = np.log(np.maximum(top, _SMALL) / (1 - top + _SMALL))
    lead = np.log(np.maximum(top, _SMALL) / np.maximum(second, _SMALL))
    return np.column_stack([odds, lead, *leads, *((one > 0).astype(float) for one in leads)])


def sureness(found: Array, weights: Array) -> Array:
    """Return the probability that each first class is right; ``weights``: one a mark, then the shift."""
    return np.asarray(1 / (1 + np.exp(-(found @ weights[:-1] + weights[-1]))))


def settled(chances: Array, sure: Array) -> Array:
    """Return probabilities whose first is as sure as that, the others in proportion; the order stays."""
    row, first = np.arange(len(chances)), chances.argmax(1)
    top = chances[row, first]
    rest = np.maximum(1 - top, _SMALL)
    second = np.sort(chances, 1)[:, -2] / rest
    kept = np.maximum(sure, second / (1 + second))
    found = chances * ((1 - kept) / rest)[:, None]
    found[row, first] = kept
    return np.asarray(found)
