"""One subject of an assessment: how its score came about, case by case, and the appeal against it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.supervision.contracts import CRITERIA
from bihuan.lines.supervision.forms import APPEAL
from bihuan.lines.supervision.pages import words
from bihuan.lines.supervision.pages.scores import facts_panel, link, revision_asked
from bihuan.lines.supervision.scoring import actions, schemes, selectors, wording
from bihuan.lines.supervision.scoring.selectors import AssessmentRow, TotalLine
from bihuan.logic.scoring import CRITERIA as ORDER
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.doors import carry, key_of
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Alert,
    Column,
    Empty,
    Facts,
    FormPanel,
    Panel,
    Tab,
    Table,
    Tabs,
)


@page(permit="supervision.scores")
def subject(request: HttpRequest, assessment: int, subject: int) -> Page:
    """Show one subject's five criteria and every case counted, to those who may open them."""
    actor = actor_of(request)
    found = selectors.assessment(actor, assessment)
    revision = revision_asked(request, found)
    line = next((one for one in selectors.lines(found, revision) if one.subject == subject), None)
    if line is None:
        raise NotFound(_("Nothing was scored here."), where=str(subject))
    rules = schemes.scheme(found.scheme)
    name = request.GET.get("criterion", "")
    name = (
        name
        if name in ORDER
        else next((n for n in ORDER if n in line.scores and line.scores[n].denominator), ORDER[0])
    )
    tabs = [
        Tab(_(CRITERIA[one]), f"?criterion={one}&revision={revision}", one == name,
            line.scores[one].denominator if one in line.scores else 0)
        for one in ORDER
    ]  # fmt: skip
    body: list[Panel] = [
        Facts(id="how", title=_("How the points come about"), columns=1, items=_how(line, name, rules))
    ]
    if selectors.opens_cases(actor, found, subject):
        body.append(_cases(actor, found, line, name, revision))
    else:
        body.append(
            Alert(
                id="closed",
                text=_("The cases open to those who make or decide the assessment, and to the one scored."),
            )
        )
    return Page(
        title=line.name,
        crumbs=words.crumbs(Crumb(found.title, link(found))),
        lead=_("Total %(total)s, place %(place)s")
        % {"total": line.total or fmt.DASH, "place": line.place or fmt.DASH},
        panels=[Tabs(id="criteria", tabs=tabs, body=body)],
        side=[facts_panel(found)],
    )


def _how(line: TotalLine, name: str, rules: schemes.SchemeRow) -> list[tuple[str, Any]]:
    held = line.scores.get(name)
    items: list[tuple[str, Any]] = [(_("Rule"), wording.term(name, rules.terms[name]))]
    if held is None:
        return items
    items.append((_("Rate"), cells.Rate(held.numerator, held.denominator) if held.denominator else fmt.DASH))
    items.append((_("Points"), held.points if held.points is not None else _("Too few cases: not judged.")))
    if held.excluded:
        items.append((_("Left out"), words.left_out(held.excluded)))
    if held.adjusted is not None:
        items.append((_("Adjusted for the mix of cases (beside the score)"), f"{held.adjusted}%"))
    if held.shrunk is not None:
        items.append((_("Drawn towards the mean (beside the score)"), f"{held.shrunk}%"))
    return items


def _cases(actor: Actor, found: AssessmentRow, line: TotalLine, name: str, revision: int) -> Panel:
    held = selectors.cases(found, line.subject, name, revision)
    pairs = [
        (outcome, case)
        for outcome in ("bad", *sorted(set(held) - {"bad", "good"}), "good")
        for case in held.get(outcome, ())
    ]
    matters = flow.by_ids([int(case.partition(".")[0]) for _o, case in pairs], "read")
    mine = line.subject == selectors.own(actor, found.subjects) and found.stage == "shown"

    def row_of(pair: tuple[str, str]) -> Any:
        row = matters.get(int(pair[1].partition(".")[0]))
        return row if row and registry.may_open(actor, row) else None

    def appeal_link(pair: tuple[str, str]) -> Any:
        if not mine or pair[0] == "good":
            return ""
        query = urlencode({"criterion": name, "case": pair[1]})
        return cells.To(_("Appeal"), f"{reverse('supervision_appeal', args=[found.id])}?{query}")

    columns = [
        Column(_("Counts as"), lambda p: words.outcome(p[0])),
        Column(
            _("Code"),
            lambda p: (
                cells.To(row_of(p).code, reverse("matter", args=[row_of(p).code])) if row_of(p) else p[1]
            ),
        ),
        Column(_("Title"), lambda p: _named(row_of(p), p, matters), head=True),
        Column(_("Case"), lambda p: p[1], wide=True),
        Column("", appeal_link),
    ]
    return Table(
        id="cases", title=_("Cases"), columns=columns, rows=pairs, row_key=lambda p: p[1],
        empty=Empty(text=_("No case counts here.")),
    )  # fmt: skip


def _named(row: MatterRow | None, pair: tuple[str, str], matters: Mapping[int, MatterRow]) -> str:
    """Return what a case is called. Who is rated learns the reasons elsewhere, never who said so of which matter."""
    if row is not None:
        return row.title
    return _("A rating") if int(pair[1].partition(".")[0]) in matters else _("(erased)")


@page(permit="supervision.scores")
def appeal(request: HttpRequest, assessment: int) -> Page | HttpResponseBase:
    """Appeal against how a case of one's own counts."""
    actor = actor_of(request)
    found = selectors.assessment(actor, assessment)
    start = {
        "assessment": found.id, "criterion": request.GET.get("criterion", ""), "case": request.GET.get("case", ""),
    }  # fmt: skip
    key = key_of(request)
    tried = carry(
        request, APPEAL, lambda told: actions.appeal(actor, found.id, told, key), start=start, parse=False
    )
    if tried.done:
        back = reverse("matter", args=[tried.answer.code])
        return done(request, back, _("Your appeal is with the supervision office."))
    panel = FormPanel(
        id="appeal", form=APPEAL, url=request.path, values=tried.values, errors=tried.errors, hidden={"key": key},
        kept=tried.kept, cancel=link(found), in_place=False,
    )  # fmt: skip
    trail = words.crumbs(Crumb(found.title, link(found)))
    return Page(
        title=_("Appeal against a score"), crumbs=trail, kind="form", panels=[panel], status=tried.status
    )
