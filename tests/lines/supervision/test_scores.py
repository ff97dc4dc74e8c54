"""Scores are what anybody can count: equal to the slow query, frozen, replayed, corrected on appeal."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction
from tests.lines.supervision import slow
from tests.lines.supervision.town import FIRST, LAST, NOW, moment, town

from bihuan.kernel.errors import BadInput, FieldErrors, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.now import travel
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.models import Scheme
from bihuan.lines.supervision.scoring import actions, counting, schemes, selectors
from bihuan.lines.supervision.scoring.counting import Question

__all__ = ["town"]


def found_by(rows):
    found = {}
    for subject, criterion, _mix, outcome, cases in rows:
        found.setdefault((subject, criterion), {}).setdefault(outcome, []).extend(cases)
    return {key: {o: sorted(c) for o, c in by.items()} for key, by in found.items()}


def draft(town, **more):
    data = {
        "title": "二季度考核",
        "subjects": "unit",
        "since": FIRST.isoformat(),
        "until": LAST.isoformat(),
        **more,
    }
    return actions.draft(town.supervisor, data).matter


def solved(town, count=8, unit=0, late=0):
    """Have a unit solve problems in time, and some late."""
    unit = unit or town.bureau
    return [town.solve(FIRST + timedelta(days=n), 12 if n < late else 1, unit) for n in range(count)]


@pytest.mark.parametrize("subjects", ["unit", "post", "project"])
def test_the_fast_query_counts_as_the_slow_one(town, subjects):
    town.live()
    sources = schemes.in_force(town.place).rules["sources"]
    seen = set()
    for until, as_of in (
        (LAST, LAST),
        (LAST, NOW),
        (date(2026, 4, 10), date(2026, 4, 10)),
        (date(2026, 4, 10), LAST),
    ):
        asked = Question(subjects, "park", town.place, date(2026, 3, 16), until, as_of)
        fast, plain = found_by(counting.count(asked, sources)), slow.count(asked, sources)
        assert fast == plain
        seen |= {outcome for by in fast.values() for outcome in by}
    wanted = {"good", "bad", "policy", *(["void"] if subjects != "post" else [])}
    assert wanted <= seen, "the town has something of everything"


def test_a_case_counts_once_over_all_months(town):
    town.live(seed=11)
    sources = schemes.in_force(town.place).rules["sources"]

    def judged(since, until):
        asked = Question("unit", "park", town.place, since, until, LAST)
        counted = found_by(counting.count(asked, [s for s in sources if s["measure"] == "clock"]))
        return sorted(
            (key, case) for key, by in counted.items() for o in ("good", "bad") for case in by.get(o, ())
        )

    months = [(FIRST, date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30)), (date(2026, 5, 1), LAST)]
    parts = sorted(one for since, until in months for one in judged(since, until))
    assert parts == judged(FIRST, LAST)


def test_a_frozen_assessment_is_replayed_and_no_row_of_it_changes(town):
    solved(town, late=2)
    matter = draft(town)
    found = selectors.by_id(matter)
    (line,) = selectors.lines(found)
    score = line.scores["resolution"]
    assert (score.numerator, score.denominator, score.points) == (6, 8, D("16.67"))  # (75 − 50) ÷ 45 × 30
    assert (line.total, line.weight, line.place) == (D("55.57"), D(30), None), "30 of 100 judged: not ranked"
    assert line.scores["satisfaction"].points is None
    rules = schemes.scheme(found.scheme)
    assert selectors.replay(found, rules).same
    town.hear(date(2026, 6, 3), town.solve(date(2026, 6, 1), 1, town.bureau))
    assert selectors.replay(found, rules, LAST).same, "what came later isn't known then"
    for table in ("scorerow", "totalrow"):
        with pytest.raises(Exception, match="insert-only"), transaction.atomic():
            run(f"UPDATE supervision_{table} SET revision = 9")
    assert differences(matter) == []


def test_another_version_scores_the_same_cases_otherwise(town):
    solved(town, late=2)
    matter = draft(town)
    before = schemes.in_force(town.place)
    said = {f"weight_{n}": w for n, w in zip(before.weights, (0, 100, 0, 0, 0), strict=True)}
    for name, term in before.terms.items():
        said |= {f"zero_{name}": term.zero, f"full_{name}": term.full, f"least_{name}": term.min_cases}
    new = actions.put_scheme(town.supervisor, "新细则", "会议纪要", {**said, "ranked_from": 50})
    found = selectors.by_id(matter)
    again = selectors.replay(found, schemes.scheme(new))
    assert (again.totals[town.bureau].total, again.totals[town.bureau].ranked) == (D("55.56"), True)
    assert selectors.by_id(matter).rules_hash == before.hash
    assert schemes.in_force(town.place, LAST).id == before.id, "it is in force from its own day on"
    assert schemes.in_force(town.place).id == new


def test_weights_sum_to_100_in_the_database_too(town):
    row = Scheme.objects.first()
    row.id, row.version, row.weight_response = 1, 99, D("19.99")
    with pytest.raises(IntegrityError, match="sum_100"), transaction.atomic():
        row.save(force_insert=True)
    base = schemes.in_force(town.place)
    with pytest.raises(BadInput):
        schemes.put_scheme(town.supervisor, title="x", source="y", rules=base.rules,
                           weights={**base.weights, "response": D(21)})  # fmt: skip
    with pytest.raises(Refused):
        schemes.put_scheme(town.coordinator, title="x", source="y", rules=base.rules, weights=base.weights)


def test_outside_bodies_are_not_scored(town):
    solved(town, 2, unit=town.power)
    assert selectors.lines(selectors.by_id(draft(town))) == []


@pytest.mark.parametrize(
    "days",
    [{"since": "2026-05-30", "until": "2026-05-01"}, {"until": "2026-12-31"}, {"as_of": "2026-03-01"}],
)
def test_days_that_make_no_sense_are_refused(town, days):
    with pytest.raises((FieldErrors, BadInput)):
        draft(town, **days)


# Appeals -----------------------------------------------------------------------------------------------


def shown(town, **more):
    matter = draft(town, **more)
    flow.move(town.supervisor, matter, "show", {})
    return matter


def objects(town, matter, case, who=None):
    data = {"title": "企业原因", "criterion": "resolution", "case": case, "reason": "企业要求暂缓"}
    return actions.appeal(who or town.department, matter, data)


def test_an_appeal_corrects_the_score_and_both_revisions_stay(town):
    late = solved(town, late=2)[0]
    matter = shown(town)
    raised = objects(town, matter, f"{late}.1")
    flow.move(
        town.supervisor, raised.matter, "correct", {"after": "side", "side": "enterprise", "reason": "属实"}
    )
    found = selectors.by_id(matter)
    assert found.revision == 2
    first, second = (selectors.lines(found, n)[0].scores["resolution"] for n in (1, 2))
    assert (first.numerator, first.denominator) == (6, 8)
    assert (second.numerator, second.denominator, second.excluded) == (6, 7, {"side": 1})
    (correction,) = selectors.corrections(matter)
    assert (correction.before, correction.after, correction.side) == ("bad", "side", "enterprise")
    assert selectors.replay(found, schemes.scheme(found.scheme)).same, "what was counted first stays provable"
    again = objects(town, matter, f"{late}.1").matter
    with pytest.raises(BadInput):
        flow.move(town.supervisor, again, "correct", {"after": "side", "reason": "再来"})


def test_one_appeals_only_against_ones_own_shown_score(town):
    late = solved(town, late=2)[0]
    matter = draft(town)
    with pytest.raises(NotFound):
        objects(town, matter, f"{late}.1")
    flow.move(town.supervisor, matter, "show", {})
    with pytest.raises(BadInput):
        objects(town, matter, f"{late}.1", town.clerks[town.land])
    with pytest.raises(BadInput):
        objects(town, matter, "1.1")
    with pytest.raises(NotFound):
        objects(town, matter, f"{late}.1", town.stranger)


def test_nothing_is_settled_while_an_appeal_waits_or_its_time_runs(town):
    late = solved(town, late=2)[0]
    matter = shown(town)
    raised = objects(town, matter, f"{late}.1")
    later = moment(date(2026, 6, 15))
    with travel(later), pytest.raises(BadInput):
        flow.move(town.supervisor, matter, "submit", {})
    with pytest.raises(Refused):
        flow.move(town.department, raised.matter, "uphold", {"reason": "自己定"})
    flow.move(town.supervisor, raised.matter, "uphold", {"reason": "不属实"})
    with pytest.raises(BadInput):
        flow.move(town.supervisor, matter, "submit", {})
    with travel(later):
        flow.move(town.supervisor, matter, "submit", {})
        with pytest.raises(Refused):
            flow.move(town.supervisor, matter, "settle", {})
        assert flow.move(town.leader, matter, "settle", {}).stage == "settled"
