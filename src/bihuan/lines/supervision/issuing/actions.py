"""Draft papers from what was frozen: the rules as printed, a proposal of assessment, a campaign's report."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import need
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.supervision.campaigns import actions as campaigns
from bihuan.lines.supervision.campaigns import selectors as lenses
from bihuan.lines.supervision.contracts import CRITERIA, SUBJECTS
from bihuan.lines.supervision.issuing.kinds import APPRAISAL, REPORT, RULES
from bihuan.lines.supervision.papers import REASONS
from bihuan.lines.supervision.scoring import schemes, selectors, wording
from bihuan.lines.supervision.scoring.schemes import SchemeRow
from bihuan.lines.supervision.scoring.selectors import AssessmentRow, ScoreLine, TotalLine

#: A paper is Chinese whoever asks for it.
CHINESE = "zh-hans"


def rules_paper(actor: Actor, scheme: int) -> int:
    """Draft the printed rules of a version (评分细则); the same version is drafted once. Return the paper."""
    need(actor, schemes.RIGHT)
    row = schemes.scheme(scheme, "default")
    with translation.override(CHINESE):
        data = _rules(row)
    return papers.draft(
        actor, RULES.name, data, scope=scope_of(actor.division), about=row.id, key=f"rules:{row.id}"
    )


def _rules(row: SchemeRow) -> dict[str, Any]:
    number = wording.number
    return {
        "title": row.title, "version": f"第{row.version}版", "since": row.valid_from.isoformat(), "source": row.source,
        "digest": row.hash,
        "criteria": [
            {"criterion": _(CRITERIA[name]), "weight": number(one.weight), "zero": number(one.zero),
             "full": number(one.full), "least": str(one.min_cases)}
            for name, one in row.terms.items()
        ],
        "terms": [wording.term(name, one) for name, one in row.terms.items()],
        "sources": [
            {"criterion": _(CRITERIA[one["criterion"]]), "counts": wording.source(one)} for one in row.rules["sources"]
        ],
        "general": wording.general(row),
    }  # fmt: skip


def appraisal_paper(actor: Actor, assessment: int) -> int:
    """Draft the proposal of assessment (考核建议) of the revision that holds, once a revision. Return the paper."""
    need(actor, "supervision.assess")
    found = selectors.assessment(actor, assessment)
    with translation.override(CHINESE):
        data = _appraisal(found, selectors.lines(found), schemes.scheme(found.scheme))
    return papers.draft(
        actor, APPRAISAL.name, data, scope=scope_of(found.division), about=found.id,
        key=f"appraisal:{found.id}:{found.revision}",
    )  # fmt: skip


def _appraisal(found: AssessmentRow, lines: list[TotalLine], rules: SchemeRow) -> dict[str, Any]:
    return {
        "title": found.title, "subjects": _(SUBJECTS[found.subjects]), "since": found.since.isoformat(),
        "until": found.until.isoformat(), "as_of": found.as_of.isoformat(), "revision": str(found.revision),
        "scores": [_line(line) for line in lines],
        "basis": [
            f"评分细则：{rules.title}（第{rules.version}版；{rules.source}），规则校验值{found.rules_hash}。",
            f"考核件号{found.code}，计入件次校验值{found.cases_hash}；每一件次均可在系统内打开核对。",
            *(wording.term(name, one) for name, one in rules.terms.items()),
            *wording.general(rules),
        ],
    }  # fmt: skip


def _line(line: TotalLine) -> dict[str, str]:
    said = {name: _fraction(line.scores.get(name)) for name in CRITERIA}
    left: dict[str, int] = {}
    for one in line.scores.values():
        for why, count in one.excluded.items():
            left[why] = left.get(why, 0) + count
    note = "；".join(f"{REASONS.get(why, why)}{count}件" for why, count in sorted(left.items()))
    return {
        "place": str(line.place or "不排名"), "name": line.name,
        "total": "未评" if line.total is None else str(line.total), **said, "note": f"不计入：{note}" if note else "",
    }  # fmt: skip


def _fraction(one: ScoreLine | None) -> str:
    if one is None or not one.denominator:
        return "—"
    points = "件次过少未评" if one.points is None else f"{one.points}分"
    return f"{one.numerator}／{one.denominator}　{points}"


def report_paper(actor: Actor, campaign: int, day: Any, draft: int) -> int:
    """Draft a campaign's report (战报) as a paper: edited, reviewed and signed there. Return the paper."""
    need(actor, campaigns.RIGHT)
    found = lenses.campaign(actor, campaign, "default")
    row = lenses.report(found.id, day, draft)
    with atomic():
        paper = papers.draft(
            actor, REPORT.name, _report(found.name, row), scope=scope_of(found.division), about=found.id,
            key=f"report:{found.id}:{day}:{draft}",
        )  # fmt: skip
        run(
            "UPDATE supervision_warreport SET paper = %s WHERE campaign_id = %s AND day = %s AND draft = %s",
            (paper, found.id, row.day, row.draft),
        )
    return paper


def _report(name: str, row: lenses.ReportRow) -> Mapping[str, Any]:
    day = row.day
    return {
        "name": name, "day": f"{day.year}年{day.month}月{day.day}日", "text": row.text,
        "basis": f"以上数据为系统在{row.made_at:%Y-%m-%d}按专项行动范围统计冻结的数据（第{row.draft}稿），"
                 "其后变化不改本件，更正另行说明。",
    }  # fmt: skip
