"""Scores of supervision (督查考核): from counted cases to points, with nothing that can't be done by hand.

A criterion's *rate* is cases done well ÷ cases judged. Its *points* are its weight times how far the
rate lies between the rate that earns nothing (``zero``) and the one that earns all (``full``), to two
places, halves up. Too few cases judged: the criterion isn't judged, and the others share its weight.
Beside the score, never in it: the rate adjusted for the mix of cases (indirect standardisation) and
the rate drawn towards the house's mean by a beta-binomial prior (empirical Bayes, method of moments).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

CRITERIA = ("response", "resolution", "satisfaction", "promises", "coordination")
#: The revision of what is written here; it is part of every hash of rules.
FORMULA = "scoring@1"
GOOD, BAD = "good", "bad"
#: A prior never weighs more cases than this: equal rates everywhere would make it boundless.
STRONGEST = 1000


class SchemeError(ValueError):
    """A scheme that can't be used; ``where`` names the part at fault."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


@dataclass(frozen=True, slots=True)
class Term:
    """How one criterion counts: its weight, the rates (per cent) that earn nothing and all, its least cases."""

    weight: Decimal
    zero: Decimal
    full: Decimal
    min_cases: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Cases of one subject under one criterion, by outcome: ``good``, ``bad``, or why they are left out."""

    cases: Mapping[str, tuple[str, ...]]

    @property
    def numerator(self) -> int:
        """Cases done well."""
        return len(self.cases.get(GOOD, ()))

    @property
    def denominator(self) -> int:
        """Cases judged."""
        return self.numerator + len(self.cases.get(BAD, ()))

    @property
    def excluded(self) -> dict[str, int]:
        """How many cases are left out, by reason."""
        return {why: len(ids) for why, ids in sorted(self.cases.items()) if why not in {GOOD, BAD} and ids}


@dataclass(frozen=True, slots=True)
class Score:
    """One criterion of one subject. ``points`` None: not judged, for want of cases."""

    criterion: str
    tally: Tally
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Total:
    """All criteria of one subject. ``weight`` is the weight judged; below the scheme's least it isn't ranked."""

    scores: tuple[Score, ...]
    total: Decimal | None
    weight: Decimal
    ranked: bool


def places2(value: Fraction | Decimal) -> Decimal:
    """Return a value to two places, halves up (away from zero)."""
    exact = value if isinstance(value, Fraction) else Fraction(value)
    hundredths = abs(exact) * 100
    whole = hundredths.numerator // hundredths.denominator
    if hundredths - whole >= Fraction(1, 2):
        whole += 1
    return (Decimal(whole) / 100).quantize(Decimal("0.01")) * (-1 if exact < 0 else 1)


def points(term: Term, tally: Tally) -> Decimal | None:
    """Return the points of a criterion, None when too few cases were judged."""
    if tally.denominator < max(term.min_cases, 1):
        return None
    rate = Fraction(tally.numerator * 100, tally.denominator)
    zero, full = Fraction(term.zero), Fraction(term.full)
    share = min(max((rate - zero) / (full - zero), Fraction(0)), Fraction(1))
    return places2(Fraction(term.weight) * share)


def total(terms: Mapping[str, Term], tallies: Mapping[str, Tally], least_weight: Decimal) -> Total:
    """Return a subject's score: points × 100 ÷ the weight judged, to two places."""
    scores = tuple(
        Score(name, tally, points(terms[name], tally))
        for name in CRITERIA
        if name in terms
        for tally in (tallies.get(name, Tally({})),)
    )
    judged = [score for score in scores if score.points is not None]
    weight = sum((terms[score.criterion].weight for score in judged), Decimal(0))
    if not weight:
        return Total(scores, None, weight, ranked=False)
    earned = sum((score.points for score in judged if score.points is not None), Decimal(0))
    return Total(scores, places2(Fraction(earned) * 100 / Fraction(weight)), weight, weight >= least_weight)


def ranking(totals: Mapping[Any, Total]) -> dict[Any, int | None]:
    """Return each subject's place; equals share one, and what isn't ranked has none."""
    given = sorted(
        (one.total for one in totals.values() if one.ranked and one.total is not None), reverse=True
    )
    first = {value: place for place, value in reversed(list(enumerate(given, start=1)))}
    return {
        key: first[one.total] if one.ranked and one.total is not None else None for key, one in totals.items()
    }


# Beside the score --------------------------------------------------------------------------------------

Mix = Mapping[str, tuple[int, int]]


def adjusted(mine: Mix, house: Mix) -> Decimal | None:
    """Return the rate (per cent) a subject would have with the house's mix of cases.

    Indirect standardisation: done well ÷ expected of the same cases at the house's rates, times the
    house's rate; at most 100. None without cases or expectation.
    """
    expected = Fraction(0)
    for kind, (_good, judged) in mine.items():
        good_all, judged_all = house.get(kind, (0, 0))
        if judged and judged_all:
            expected += Fraction(judged * good_all, judged_all)
    good, cases = sum(g for g, _n in house.values()), sum(n for _g, n in house.values())
    if not expected or not cases:
        return None
    done = sum(g for g, _n in mine.values())
    return places2(min(Fraction(done) / expected * Fraction(good, cases) * 100, Fraction(100)))


@dataclass(frozen=True, slots=True)
class Prior:
    """What the house shows of a rate: its mean, and how many cases that knowledge weighs."""

    mean: Fraction
    strength: Fraction


def prior(rates: Iterable[tuple[int, int]]) -> Prior | None:
    """Fit the prior to (done well, judged) of all subjects; None when there is nothing to learn from.

    m = Σgood ÷ Σjudged. Between-subject variance v = max(0, (Σn(p−m)² − (k−1)·m(1−m)) ÷ (N − Σn²÷N)),
    strength = m(1−m) ÷ v − 1, between 0 and 1000.
    """
    known = [(g, n) for g, n in rates if n > 0]
    cases = sum(n for _g, n in known)
    if not cases:
        return None
    mean = Fraction(sum(g for g, _n in known), cases)
    noise = mean * (1 - mean)
    spread = sum((n * (Fraction(g, n) - mean) ** 2 for g, n in known), Fraction(0))
    room = cases - Fraction(sum(n * n for _g, n in known), cases)
    between = (spread - (len(known) - 1) * noise) / room if room > 0 else Fraction(0)
    if between <= 0:
        return Prior(mean, Fraction(STRONGEST))
    return Prior(mean, min(max(noise / between - 1, Fraction(0)), Fraction(STRONGEST)))


def shrunk(good: int, judged: int, known: Prior | None) -> Decimal | None:
    """Return the rate (per cent) drawn towards the mean: (good + k·m) ÷ (judged + k)."""
    if known is None or judged + known.strength == 0:
        return None
    return places2((good + known.strength * known.mean) / (judged + known.strength) * 100)


# The scheme --------------------------------------------------------------------------------------------

MEASURES = ("clock", "result", "heard", "rated", "nodes")


def terms_of(weights: Mapping[str, Decimal], rules: Mapping[str, Any]) -> dict[str, Term]:
    """Return the terms of a scheme from its weights and its rules; SchemeError for what makes no sense."""
    if sum(weights.values(), Decimal(0)) != 100:
        raise SchemeError("weights", "don't sum to 100")
    found = {}
    for name in CRITERIA:
        said = rules["criteria"].get(name)
        if said is None or name not in weights:
            raise SchemeError(name, "is missing")
        term = Term(
            weights[name], Decimal(str(said["zero"])), Decimal(str(said["full"])), int(said["min_cases"])
        )
        if not (0 <= term.zero < term.full <= 100 and term.min_cases >= 1 and term.weight >= 0):
            raise SchemeError(name, "zero < full within 0–100, at least one case, no negative weight")
        found[name] = term
    for source in rules["sources"]:
        if source["criterion"] not in CRITERIA or source["measure"] not in MEASURES:
            raise SchemeError(str(source), "unknown criterion or measure")
    return found


def canonical(weights: Mapping[str, Decimal], rules: Mapping[str, Any]) -> str:
    """Return a scheme as canonical JSON, the revision of the formula in it."""
    said = {name: format(weights[name].normalize(), "f") for name in CRITERIA}
    bare = {"formula": FORMULA, "weights": said, "rules": rules}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(text: str) -> str:
    """Return the SHA-256 of canonical rules, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


#: (subject, criterion, kind of case, outcome, cases)
Row = tuple[int, str, str, str, list[str]]


def gather(rows: Sequence[Row]) -> dict[int, dict[str, Tally]]:
    """Return tallies by subject and criterion from rows (subject, criterion, kind of case, outcome, cases)."""
    found: dict[int, dict[str, dict[str, list[str]]]] = {}
    for subject, criterion, _mix, outcome, cases in rows:
        found.setdefault(subject, {}).setdefault(criterion, {}).setdefault(outcome, []).extend(cases)
    return {
        subject: {
            name: Tally({o: tuple(sorted(ids)) for o, ids in by.items()}) for name, by in criteria.items()
        }
        for subject, criteria in found.items()
    }


def mixes(
    rows: Sequence[Row],
) -> dict[tuple[int, str], dict[str, tuple[int, int]]]:
    """Return (done well, judged) by kind of case, for each subject and criterion; subject 0 is the house."""
    found: dict[tuple[int, str], dict[str, tuple[int, int]]] = {}
    for subject, criterion, mix, outcome, cases in rows:
        if outcome in {GOOD, BAD}:
            for whose in (subject, 0):
                held = found.setdefault((whose, criterion), {})
                good, judged = held.get(mix, (0, 0))
                held[mix] = (good + len(cases) * (outcome == GOOD), judged + len(cases))
    return found


def moved(rows: Sequence[Row], where: tuple[int, str, str], after: str) -> tuple[list[Row], str]:
    """Return the rows with one case (subject, criterion, case) under another outcome, and the one it had.

    SchemeError when it isn't counted there, or stands so already.
    """
    subject, criterion, case = where
    made: list[Row] = []
    before = ""
    for row in rows:
        if row[:2] == (subject, criterion) and case in row[4] and not before:
            before = row[3]
            made.append((*row[:4], [one for one in row[4] if one != case]))
            made.append((subject, criterion, row[2], after, [case]))
        else:
            made.append(row)
    if before in {"", after}:
        raise SchemeError(case, "is not counted here, or counts so already")
    return [row for row in made if row[4]], before


def percent(numerator: int, denominator: int) -> Decimal | None:
    """Return a rate in per cent to two places, halves up; None without cases."""
    if not denominator:
        return None
    exact = Decimal(numerator) * 100 / Decimal(denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
