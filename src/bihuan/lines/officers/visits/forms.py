"""The one form of a visit, built for its template, its target and what is open there; phone first."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.officers.visits.selectors import NeedRow, TemplateRow
from bihuan.lines.projects.contracts import OpenNode
from bihuan.logic.mechanism import said

PLAN = Form(
    "officers.visit.plan",
    said("Plan a visit"),
    (
        Field("day", said("Day of the visit"), "date", required=True),
        Field("purpose", said("Purpose"), max_length=200),
        Field(
            "why",
            said("Why beyond the quota"),
            max_length=300,
            help=said("Only when the month's visits are spent."),
        ),
    ),
)


#: How far a node is that was looked at on a visit.
NODE_STATES = (
    ("done", said("It is done")),
    ("begun", said("It has begun")),
    ("seen", said("It goes on: only its progress")),
)


def visit_form(
    template: TemplateRow, needs: Sequence[NeedRow], nodes: Sequence[OpenNode], *, project: bool, spent: bool
) -> Form:
    """Return the form; what can't apply (no timetable, no hazards, quota not spent) isn't asked."""
    asked = [Field("day", said("Day of the visit"), "date", required=True)]
    if template.questions:
        titles = tuple((text, text) for text in template.questions)
        asked.append(Field("asked", said("Asked and heard"), "choices", choices=titles))
    asked += _node_fields(nodes)
    if project:
        asked.append(
            Field("progress", said("Progress seen"), "long", max_length=1000,
                  help=said("Stands with the node looked at, and becomes the draft of the month's report."))
        )  # fmt: skip
    asked += [
        Field("needs", said("Needs and difficulties"), "choices", choices=tuple((n.key, n.title) for n in needs),
              help=said("Each one ticked becomes a problem with its own clock.")),
        Field("needs_detail", said("What each need is about"), "long", max_length=1000,
              help=said("One line each, in the order ticked.")),
    ]  # fmt: skip
    if template.hazards:
        hazards = tuple((text, text) for text in template.hazards)
        asked += [
            Field("hazards", said("Hazards seen"), "choices", choices=hazards,
                  help=said("Each one ticked is reported at once.")),
            Field("hazard_detail", said("Where and what"), "long", max_length=1000),
        ]  # fmt: skip
    asked += [
        Field("evidence", said("Photos or papers"), "files"),
        Field("notes", said("Other notes"), "long"),
    ]
    if spent:
        asked.append(Field("why", said("Why beyond the quota"), required=True, max_length=300))
    return Form("officers.visit.note", said("Note a visit"), tuple(asked))


def _node_fields(nodes: Sequence[OpenNode]) -> list[Field]:
    if not nodes:
        return []
    offered = tuple((node.key, _node_title(node)) for node in nodes)
    return [
        Field("node", said("Node looked at"), "choice", choices=offered),
        Field("node_state", said("How far the node is"), "choice", choices=NODE_STATES,
              help=said("Empty: it is done.")),
        Field("node_day", said("Begun or done on"), "date", help=said("Empty: the day of the visit.")),
    ]  # fmt: skip


def _node_title(node: OpenNode) -> str:
    return (
        _("%(title)s (planned %(day)s)") % {"title": node.title, "day": node.finish}
        if node.finish
        else node.title
    )
