"""Administration: node templates with their sources, and the thresholds of the lights."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.identity.selectors import divisions
from bihuan.kernel.now import today as this_day
from bihuan.lines.projects.timetables import forms, rows, selectors, templating, wording
from bihuan.lines.projects.timetables.rows import TemplateNodeRow, TemplateRow
from bihuan.lines.projects.timetables.words import BASES, KINDS, METRICS, PHASES, SIDES
from bihuan.ui import cells
from bihuan.ui.doors import carry, options_for
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Alert, Column, Empty, FormPanel, Panel, Table

_LINK = re.compile(r"^(?P<key>\w+)\s*(?:\+\s*(?P<lag>\d{1,4})\s*(?P<unit>wd|d))?$")


@page(permit="projects")
def templates(request: HttpRequest) -> Page:
    """List the templates in force."""
    found = rows.templates_in_force(this_day())
    return Page(
        title=_("Node templates"),
        lead=_(
            "What a fresh timetable is drawn from. A change is a new version; timetables drawn keep theirs."
        ),
        kind="list",
        actions=[
            Action(title=_("Thresholds of the lights"), href=reverse("projects_light_rules"), icon="gear"),
            Action(title=_("Guessed durations"), href=reverse("projects_guesses"), icon="gear"),
        ],
        panels=[
            Table(
                id="templates",
                caption=_("Node templates"),
                columns=[
                    Column(_("Kind"), lambda t: _(KINDS[t.kind]), head=True, link=_template_href),
                    Column(_("Name"), wording.title_of),
                    Column(_("Nodes"), lambda t: len(t.nodes), number=True),
                    Column(_("To be verified"), lambda t: sum(n.unchecked for n in t.nodes), number=True),
                    Column(_("Version"), "version", number=True),
                    Column(_("In force from"), "since"),
                ],
                rows=[found[kind] for kind in KINDS if kind in found],
                row_href=_template_href,
                empty=Empty(id="templates-none", text=_("No template is loaded: run `bihuan up --prepare`.")),
            )
        ],
    )


def _template_href(row: TemplateRow) -> str:
    return reverse("projects_template", args=[row.kind])


def _in_force(kind: str) -> TemplateRow:
    found = rows.templates_in_force(this_day()).get(kind)
    if found is None:
        raise NotFound(_("There is no such template."), where=kind)
    return found


@page(permit="projects")
def template(request: HttpRequest, kind: str) -> Page:
    """Show a template: every node, its number and where that comes from."""
    row = _in_force(kind)
    may_edit = has_right(actor_of(request), templating.RIGHT)
    titles = {node.key: wording.title_of(node) for node in row.nodes}
    actions = []
    if may_edit:
        url = reverse("projects_template_add", args=[kind])
        actions = [Action(title=_("Add a node"), href=url, icon="plus")]

    def address(node: TemplateNodeRow) -> str:
        return reverse("projects_template_node", args=[kind, node.key])

    return Page(
        title=wording.title_of(row),
        lead=_("Version %(n)d") % {"n": row.version},
        crumbs=[Crumb(_("Node templates"), reverse("projects_templates"))],
        kind="list",
        actions=actions,
        panels=[
            Alert(id="not-law", text=_("Durations are defaults, not law, unless the node says otherwise.")),
            Table(
                id="template",
                caption=_("Nodes"),
                columns=[
                    Column(_("Node"), wording.title_of, head=True, link=address if may_edit else None),
                    Column(_("Phase"), lambda n: _(PHASES[n.phase]), wide=True),
                    Column(_("Side"), lambda n: _(SIDES[n.side])),
                    Column(_("Lasts"), _lasts),
                    Column(_("Comes after"), lambda n: _after_words(n, titles)),
                    Column(_("Where the number comes from"), _origin),
                ],
                rows=row.nodes,
            ),
        ],
    )


def _lasts(node: TemplateNodeRow) -> str:
    if not node.duration:
        return _("milestone")
    unit = _("working days") if node.unit == "wd" else _("calendar days")
    return f"{node.duration} {unit}"


def _after_words(node: TemplateNodeRow, titles: Mapping[str, str]) -> str:
    return "、".join(titles[key] + (f" +{lag}{unit}" if lag else "") for key, lag, unit in node.after)


def _origin(node: TemplateNodeRow) -> Any:
    marks: list[Any] = [cells.Tag(_(BASES[node.basis]), "" if node.basis == "law" else "info")]
    if node.unchecked:
        marks.append(cells.Tag(_("to be verified"), "warn"))
    return cells.Stack([cells.Quiet(node.source), cells.Row(marks)])


@page(permit="projects")
def template_node(request: HttpRequest, kind: str, key: str = "") -> HttpResponseBase | Page:
    """Change or add a node: a new version of the template."""
    row = _in_force(kind)
    old = next((node for node in row.nodes if node.key == key), None)
    if key and old is None:
        raise NotFound(_("There is no such node in this template."), where=key)
    back, actor = _template_href(row), actor_of(request)
    start = _typed(old) if old else {"unit": "wd", "basis": "practice"}

    def put(told: Mapping[str, Any]) -> None:
        nodes = _changed(row, old, told)
        templating.put_template(actor, kind, nodes, title=row.title, title_en=row.title_en)

    tried = carry(request, forms.TEMPLATE_NODE, put, start=start)
    if tried.done:
        return done(request, back, _("A new version of the template is in force."))
    panel = _node_form(request, tried.values, tried.errors, back, old)
    title = wording.title_of(old) if old else _("Add a node")
    return Page(title=title, crumbs=_template_crumbs(row), kind="form", panels=[panel], status=tried.status)


def _node_form(
    request: HttpRequest, values: Mapping[str, Any], errors: Mapping[str, str], back: str, old: Any
) -> Panel:
    extra = []
    if old and old.key != templating.LAST:
        url = f"{request.path}remove/"
        extra = [
            Action(
                title=_("Remove this node"),
                href=url,
                post=True,
                danger=True,
                confirm=_("Its followers then wait for what it waited for. Remove it?"),
            )
        ]
    return FormPanel(
        id="template-node",
        form=forms.TEMPLATE_NODE,
        url=request.path,
        values=values,
        errors=errors,
        cancel=back,
        in_place=False,
        extra=extra,
    )


def _template_crumbs(row: TemplateRow) -> list[Crumb]:
    return [
        Crumb(_("Node templates"), reverse("projects_templates")),
        Crumb(wording.title_of(row), _template_href(row)),
    ]


def _typed(node: TemplateNodeRow) -> dict[str, Any]:
    links = ", ".join(key + (f" +{lag}{unit}" if lag else "") for key, lag, unit in node.after)
    names = ("title", "title_en", "phase", "side", "duration", "unit", "basis", "source")
    return {name: getattr(node, name) for name in names} | {
        "after": links,
        "statutory": "1" if node.statutory else "",
    }


def _changed(
    row: TemplateRow, old: TemplateNodeRow | None, values: Mapping[str, Any]
) -> list[TemplateNodeRow]:
    names = {"title", "title_en", "phase", "side", "duration", "unit", "basis", "source"}
    given = {name: values.get(name, "") for name in names}
    given |= {
        "statutory": bool(values.get("statutory")),
        "after": links_in(values.get("after", "")),
        "tag": "local",
    }
    if old:
        return [replace(node, **given) if node.key == old.key else node for node in row.nodes]
    taken = {node.key for node in row.nodes}
    key = next(f"local{n}" for n in range(1, 10_000) if f"local{n}" not in taken)
    made = TemplateNodeRow(key=key, fact="", **given)
    last = row.nodes[-1]
    return [*row.nodes[:-1], made, last]


def links_in(text: str) -> tuple[tuple[str, int, str], ...]:
    """Read ``survey, permit +5wd`` into links; BadInput names the part that can't be read."""
    found = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,，、;；]", text))):
        link = _LINK.match(part)
        if link is None:
            raise BadInput(
                _("“%(part)s” can't be read: write a node's key, with +5wd or +10d to wait.")
                % {"part": part},
                where="after",
            )
        found.append((link["key"], int(link["lag"] or 0), link["unit"] or "wd"))
    return tuple(found)


@page(permit="projects")
def template_remove(request: HttpRequest, kind: str, key: str) -> HttpResponseBase | Page:
    """Remove a node: those that waited for it wait for what it waited for."""
    row = _in_force(kind)
    if request.method == "POST":
        nodes = without(row.nodes, key)
        templating.put_template(actor_of(request), kind, nodes, title=row.title, title_en=row.title_en)
        return done(request, _template_href(row), _("A new version of the template is in force."))
    return Page(
        title=_("Remove this node"),
        crumbs=_template_crumbs(row),
        kind="form",
        panels=[
            Alert(
                id="remove",
                text=_("Its followers then wait for what it waited for. Remove it?"),
                tone="warn",
                action=Action(title=_("Remove this node"), href=request.path, post=True, danger=True),
            )
        ],
    )


def without(nodes: tuple[TemplateNodeRow, ...], key: str) -> list[TemplateNodeRow]:
    """Return the nodes without one; NotFound when there is none."""
    gone = next((node for node in nodes if node.key == key), None)
    if gone is None:
        raise NotFound(_("There is no such node in this template."), where=key)
    kept = []
    for node in nodes:
        if node.key == key:
            continue
        links = {link[0]: link for link in node.after if link[0] != key}
        if key in {link[0] for link in node.after}:
            links = {**{link[0]: link for link in gone.after}, **links}
        kept.append(replace(node, after=tuple(links.values())))
    return kept


# Lights --------------------------------------------------------------------------------------------------------


@page(permit="projects")
def light_rules(request: HttpRequest) -> Page:
    """Show the thresholds of the lights: which hold where, since when, and from which rule."""
    found = selectors.light_rules()
    may_edit = has_right(actor_of(request), "admin.limits")
    actions = []
    if may_edit:
        actions = [Action(title=_("Set a threshold"), href=reverse("projects_light_rule"), icon="plus")]
    return Page(
        title=_("Thresholds of the lights"),
        lead=_("The most specific place wins, then the latest day."),
        kind="list",
        actions=actions,
        panels=[
            Table(
                id="light-rules",
                caption=_("Thresholds of the lights"),
                columns=[
                    Column(_("Metric"), lambda r: _(METRICS[r.metric]), head=True),
                    Column(_("Place"), lambda r: _place(r.division)),
                    Column(_("Bounds"), wording.bounds),
                    Column(_("In force from"), "since"),
                    Column(_("Gives a light"), "enabled"),
                    Column(_("Rule it comes from"), lambda r: cells.Stack([r.source, _tag(r.tag)])),
                ],
                rows=found,
            )
        ],
    )


def _place(division: int) -> str:
    if not division:
        return _("everywhere")
    found = divisions.division(division)
    return found.name if found else f"#{division}"


def _tag(tag: str) -> Any:
    if tag == "local":
        return cells.Tag(_("set here"), "info")
    return cells.Tag(
        _("to be verified") if tag == "prior" else _("published"), "warn" if tag == "prior" else ""
    )


@page(permit="projects")
def light_rule(request: HttpRequest) -> HttpResponseBase | Page:
    """Set a threshold for the place one's post is over, from a day on."""
    actor = actor_of(request)
    back = reverse("projects_light_rules")

    def put(told: Mapping[str, Any]) -> None:
        bounds = Decimal(told["near"]), Decimal(told["late"])
        since, enabled = date.fromisoformat(told["since"]), bool(told.get("enabled"))
        templating.put_light_rule(
            actor, told["metric"], *bounds, source=told["source"], division=actor.division, since=since,
            enabled=enabled,
        )  # fmt: skip

    start = {"since": this_day().isoformat(), "enabled": "1", "metric": "behind_pp"}
    tried = carry(request, forms.LIGHT_RULE, put, start=start)
    if tried.done:
        return done(request, back, _("The threshold is set."))
    panel = FormPanel(
        id="light-rule",
        form=forms.LIGHT_RULE,
        url=request.path,
        values=tried.values,
        errors=tried.errors,
        options=options_for(actor),
        cancel=back,
        in_place=False,
    )
    crumbs = [Crumb(_("Thresholds of the lights"), back)]
    return Page(title=_("Set a threshold"), crumbs=crumbs, kind="form", panels=[panel], status=tried.status)
