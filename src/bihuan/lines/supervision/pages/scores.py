"""Assessments: the list, one with its ranking, one subject with its cases, drafting, appeals, the workbook."""

from datetime import date
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.now import local, today
from bihuan.lines.supervision import papers
from bihuan.lines.supervision.contracts import CORRECTED_TO, CRITERIA, SUBJECTS
from bihuan.lines.supervision.forms import ASSESS
from bihuan.lines.supervision.issuing import actions as issuing
from bihuan.lines.supervision.pages import words
from bihuan.lines.supervision.scoring import actions, schemes, selectors, wording
from bihuan.lines.supervision.scoring.selectors import AssessmentRow, TotalLine
from bihuan.logic.pictures import trend
from bihuan.logic.scoring import CRITERIA as ORDER
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.doors import carry, key_of
from bihuan.ui.page import Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Facts,
    FormPanel,
    Pager,
    Panel,
    Picture,
    Tab,
    Table,
    Tabs,
)

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def link(found: AssessmentRow, **more: Any) -> str:
    """Return the address of an assessment."""
    return f"{reverse('supervision_score', args=[found.id])}{'?' if more else ''}{urlencode(more)}"


def days(found: AssessmentRow) -> str:
    """Return the days it is of."""
    return f"{fmt.day(found.since, weekday=False)} – {fmt.day(found.until, weekday=False)}"


@page(permit="supervision.scores")
def scores(request: HttpRequest) -> Page:
    """List the assessments one may see."""
    actor = actor_of(request)
    given = request.GET.get("before", "")
    rows, more = selectors.listed(actor, int(given) if given.isdecimal() and len(given) < 19 else 0)
    columns = [
        Column(_("Assessment"), "title", head=True, link=link),
        Column(_("Who is scored"), lambda r: _(SUBJECTS[r.subjects])),
        Column(_("Days scored"), days),
        Column(_("As known at the end of"), "as_of"),
        Column(_("Revision"), "revision", number=True),
    ]
    actions_ = [Action(title=_("Rules of scoring"), href=reverse("supervision_rules"), icon="list")]
    if has_right(actor, actions.RIGHT):
        actions_.insert(
            0,
            Action(
                title=_("Draft an assessment"),
                href=reverse("supervision_score_new"),
                icon="plus",
                primary=True,
            ),
        )
    table = Table(
        id="scores",
        caption=_("Scores"),
        columns=columns,
        rows=rows,
        row_key=lambda r: r.id,
        row_href=link,
        pager=Pager(next=f"?before={more}" if more else ""),
        empty=Empty(text=_("Nothing has been scored yet, or nothing is shown yet."), icon="chart"),
    )
    return Page(title=_("Scores"), kind="list", panels=[table], actions=actions_)


@page(permit="supervision")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Draft an assessment: count, score, freeze."""
    actor = actor_of(request)
    first = today().replace(day=1) - date.resolution
    start = {
        "title": "", "subjects": "unit", "since": first.replace(day=1).isoformat(), "until": first.isoformat(),
    }  # fmt: skip
    key = key_of(request)
    tried = carry(request, ASSESS, lambda told: actions.draft(actor, told, key), start=start, parse=False)
    if tried.done:
        back = reverse("supervision_score", args=[tried.answer.matter])
        return done(request, back, _("Counted and frozen."))
    panel = FormPanel(
        id="assess", form=ASSESS, url=request.path, values=tried.values, errors=tried.errors, hidden={"key": key},
        cancel=reverse("supervision_scores"), in_place=False, submit=_("Count and freeze"),
    )  # fmt: skip
    return Page(
        title=_("Draft an assessment"),
        crumbs=words.crumbs(),
        kind="form",
        panels=[panel],
        status=tried.status,
    )


# One ---------------------------------------------------------------------------------------------------


@page(permit="supervision.scores")
def score(request: HttpRequest, assessment: int) -> Page:
    """Show an assessment: ranking with fractions, distribution, corrections; or what it would be otherwise."""
    actor = actor_of(request)
    found = selectors.assessment(actor, assessment)
    revision = revision_asked(request, found)
    lines = selectors.lines(found, revision)
    beside = request.GET.get("beside") == "1"
    return Page(
        title=found.title,
        code=found.code,
        crumbs=words.crumbs(),
        lead=f"{_(SUBJECTS[found.subjects])} · {days(found)}",
        top=[*_revisions(found, revision), _ranking(found, lines, revision, beside)],
        panels=[*_pictures(lines), *_corrected(found)],
        side=[facts_panel(found), _again(request, found)],
        actions=_doors(actor, found, revision, beside),
    )


def revision_asked(request: HttpRequest, found: AssessmentRow) -> int:
    given = request.GET.get("revision", "")
    asked = int(given) if given.isdecimal() and len(given) < 5 else found.revision
    return asked if 1 <= asked <= found.revision else found.revision


def _revisions(found: AssessmentRow, revision: int) -> list[Panel]:
    if found.revision == 1:
        return []
    tabs = [
        Tab(_("Revision %(n)d") % {"n": n}, link(found, revision=n), n == revision)
        for n in range(found.revision, 0, -1)
    ]
    return [Tabs(id="revisions", tabs=tabs)]


def _ranking(found: AssessmentRow, lines: list[TotalLine], revision: int, beside: bool) -> Panel:
    def open_(line: TotalLine) -> str:
        address = reverse("supervision_score_of", args=[found.id, line.subject])
        return address if revision == found.revision else f"{address}?revision={revision}"

    columns = [
        Column(_("Rank"), words.place, number=True),
        Column(_("Name"), "name", head=True, link=open_),
        Column(_("Total"), words.total, number=True),
        *(Column(_(CRITERIA[name]), _fraction(name, beside), number=True) for name in ORDER),
        Column(_("Weight judged"), lambda r: wording.number(r.weight), number=True, wide=True),
    ]
    empty = Empty(text=_("No case of anybody scored here fell into these days."), icon="chart")
    return Table(
        id="ranking", caption=_("Ranking"), columns=columns, rows=lines, row_key=lambda r: r.subject,
        row_href=open_, empty=empty,
    )  # fmt: skip


def _fraction(name: str, beside: bool) -> Any:
    def cell(line: TotalLine) -> Any:
        held = line.scores.get(name)
        shown = words.fraction(held)
        if not beside or held is None or not held.denominator:
            return shown
        more = [
            cells.Quiet(f"{title} {value}")
            for title, value in ((_("adjusted"), held.adjusted), (_("shrunk"), held.shrunk))
            if value is not None
        ]
        return cells.Stack([shown, *more])

    return cell


def _pictures(lines: list[TotalLine]) -> list[Panel]:
    if not lines:
        return []
    made: list[Panel] = [Picture(id="bars", title=_("Ranking"), svg=words.bars(lines[:30]),
                                 head=[_("Rank"), _("Name"), _("Total")],
                                 rows=[[line.place, line.name, line.total] for line in lines[:30]])]  # fmt: skip
    totals = [line.total for line in lines if line.total is not None and line.place is not None]
    if len(totals) >= 3:
        steps = [
            (low, sum(low <= t < low + 10 or (low == 90 and t == 100) for t in totals))
            for low in range(0, 100, 10)
        ]
        points = [trend.Point(f"{low}–{low + 10}", float(n)) for low, n in steps]
        svg = trend.trend_svg(_("Distribution of totals"), points, kind="bar", width=480, height=120)
        made.append(
            Picture(id="spread", title=_("Distribution of totals"), svg=svg, head=[_("Total"), _("How many")],
                    rows=[[f"{low}–{low + 10}", n] for low, n in steps])
        )  # fmt: skip
    return made


def _corrected(found: AssessmentRow) -> list[Panel]:
    rows = selectors.corrections(found.id)
    if not rows:
        return []
    columns = [
        Column(_("Revision"), "revision", number=True),
        Column(_("Appeal"), "appeal_code", head=True, link=lambda r: reverse("matter", args=[r.appeal_code])),
        Column(_("Criterion"), lambda r: _(CRITERIA[r.criterion])),
        Column(_("Case"), "case"),
        Column(_("Counted as before"), lambda r: words.outcome(r.before)),
        Column(_("Counts as now"), lambda r: _(CORRECTED_TO[r.after])),
        Column(_("When"), "at"),
    ]
    return [Table(id="corrections", title=_("Corrections"), columns=columns, rows=rows)]


def facts_panel(found: AssessmentRow) -> Panel:
    rules = schemes.scheme(found.scheme)
    items: list[tuple[str, Any]] = [
        (_("Days scored"), days(found)),
        (_("As known at the end of"), found.as_of),
        (_("Rules of scoring"),
         cells.To(_("Version %(n)d") % {"n": rules.version}, reverse("supervision_rule", args=[rules.id]))),
        (_("Hash of the rules"), cells.Hint(found.rules_hash[:12], found.rules_hash)),
        (_("Hash of all cases"), cells.Hint(found.cases_hash[:12], found.cases_hash)),
        (_("Counted on"), local(found.made_at).date()),
    ]  # fmt: skip
    return Facts(id="facts", title=_("What it rests on"), items=items, columns=1)


def _again(request: HttpRequest, found: AssessmentRow) -> Panel:
    """Offer the replay: the same cases under any version, as known on any day."""
    asked = request.GET.get("scheme", "")
    if not asked.isdecimal() or len(asked) > 18:
        rows = schemes.schemes()[:6]
        items = [
            (_("Version %(n)d") % {"n": r.version}, cells.To(_("Count again"), link(found, scheme=r.id)))
            for r in rows
        ]
        return Facts(id="again", title=_("Replay"), items=items, columns=1)
    rules = schemes.scheme(int(asked))
    try:
        on = date.fromisoformat(request.GET.get("as_of", "")) if request.GET.get("as_of") else None
    except ValueError as error:
        raise BadInput(_("Please enter a day as 2026-10-31."), where="as_of") from error
    made = selectors.replay(found, rules, on)
    names = {line.subject: line.name for line in selectors.lines(found, 1)}
    details = [
        f"{names.get(subject, f'#{subject}')}: {one.total if one.total is not None else fmt.DASH}"
        for subject, one in sorted(made.totals.items(), key=lambda pair: -(pair[1].total or 0))
    ]
    text = (
        _("Counted again under version %(n)d: the same as what was frozen.")
        if made.same
        else _(
            "Counted again under version %(n)d, as known at the end of %(day)s: other than what was frozen."
        )
    ) % {"n": rules.version, "day": made.as_of.isoformat()}
    return Alert(
        id="again", title=_("Replay"), text=text, tone="good" if made.same else "info", details=details
    )


def _doors(actor: Actor, found: AssessmentRow, revision: int, beside: bool) -> list[Action]:
    other = link(found, revision=revision, beside=0 if beside else 1)
    form = f"{reverse('supervision_score_export', args=[found.id])}?revision={revision}"
    title = _("Hide what stands beside") if beside else _("Show adjusted and shrunk rates")
    doors = [
        Action(title=_("Appraisal form (Excel)"), href=form, icon="download"),
        Action(title=title, href=other, icon="chart"),
    ]
    if has_right(actor, actions.RIGHT):
        to = reverse("supervision_score_paper", args=[found.id])
        doors.append(Action(title=_("Proposal as a paper"), href=to, post=True, icon="file"))
    if actor.role in selectors.SEES_DRAFT:
        doors.insert(
            0,
            Action(
                title=_("Moves and history"),
                href=reverse("matter", args=[found.code]),
                icon="flow",
                primary=True,
            ),
        )
    return doors


@page(permit="supervision.scores")
def export(request: HttpRequest, assessment: int) -> HttpResponseBase:
    """Send the appraisal office's form as a workbook."""
    found = selectors.assessment(actor_of(request), assessment)
    revision = revision_asked(request, found)
    file = BytesIO()
    rules = schemes.scheme(found.scheme)
    papers.write_form(
        file, found, revision, selectors.lines(found, revision), rules, selectors.corrections(found.id)
    )
    answer = HttpResponse(file.getvalue(), content_type=_TYPE)
    answer["Content-Disposition"] = (
        f"attachment; filename=assessment.xlsx; filename*=UTF-8''{papers.quoted(found)}"
    )
    return answer


@page(permit="supervision.desk")
def paper(request: HttpRequest, assessment: int) -> Page | HttpResponseBase:
    """Draft the proposal of assessment as a paper, to be signed, as DOCX and as PDF."""
    actor = actor_of(request)
    found = selectors.assessment(actor, assessment)
    if request.method != "POST":
        return done(request, link(found))
    made = issuing.appraisal_paper(actor, found.id)
    return done(
        request, reverse("paper", args=[made]), _("The paper is drafted. It counts once it is signed.")
    )
