"""Write templates and thresholds: each change is a new dated row, what was drawn before keeps its own."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.rights import need
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import atomic, new_ids, run
from bihuan.lines.projects.timetables.models import LONGEST, LightRule, Template, TemplateEdge, TemplateNode
from bihuan.lines.projects.timetables.rows import TemplateNodeRow
from bihuan.lines.projects.timetables.words import BASES, KINDS, METRICS, PHASES, SIDES, UNITS
from bihuan.logic import canonical
from bihuan.logic.schedule import Activity, After, ScheduleError
from bihuan.logic.schedule_network import in_order

RIGHT = "projects.templates"
#: The node every template ends in: its finish is the anchor.
LAST = "production"
#: Packaged rows hold from long ago, so that what an office sets always comes later.
_SINCE = date(2000, 1, 1)


def put_template(
    actor: Actor, kind: str, nodes: Sequence[TemplateNodeRow], *, title: str, title_en: str = "",
    since: date | None = None,
) -> int:  # fmt: skip
    """Write a new version of a kind's template, in force from ``since`` (default: today); return its id.

    BadInput names the node at fault. Timetables already drawn keep their version.
    """
    need(actor, RIGHT)
    if kind not in KINDS:
        raise BadInput(_("There is no such kind of project."), where="kind")
    check(nodes)
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"template:{kind}",))
        last = run("SELECT coalesce(max(version), 0) FROM projects_template WHERE kind = %s", (kind,))[0][0]
        text = canonical.dumps([_plain(node) for node in nodes])
        made = Template(
            id=new_ids()[0], kind=kind, version=last + 1, title=title, title_en=title_en,
            since=since or today(), digest=canonical.digest(text).hex(), created_at=now(), seq=1, ver=1,
        )  # fmt: skip
        facts = {
            "kind": kind,
            "version": made.version,
            "since": made.since.isoformat(),
            "digest": made.digest,
        }
        facts["nodes"] = [_structure(node) for node in nodes]
        entry = NewEntry(made.id, 1, b"", "template.put", made.created_at, actor, facts, {})
        made.head = append_many([entry], made.created_at)[0].hash
        made.save(force_insert=True)
        _insert_nodes(made, nodes)
    return int(made.id)


def _insert_nodes(made: Template, nodes: Sequence[TemplateNodeRow]) -> None:
    rows = [
        TemplateNode(template=made, place=place, **{k: v for k, v in asdict(node).items() if k != "after"})
        for place, node in enumerate(nodes)
    ]
    TemplateNode.objects.bulk_create(rows)
    by_key = {row.key: row for row in rows}
    TemplateEdge.objects.bulk_create(
        TemplateEdge(node=by_key[node.key], after=by_key[key], lag=lag, unit=unit)
        for node in nodes
        for key, lag, unit in node.after
    )


def _plain(node: TemplateNodeRow) -> dict[str, Any]:
    return {**asdict(node), "after": [list(link) for link in node.after]}


def _structure(node: TemplateNodeRow) -> dict[str, Any]:
    """What an entry holds of a node: no free text, that is in the digest."""
    return {
        name: value for name, value in _plain(node).items() if name not in {"title", "title_en", "source"}
    }


def check(nodes: Sequence[TemplateNodeRow]) -> None:
    """Refuse a template that can't be drawn; BadInput says which node and why."""
    for node in nodes:
        _check_node(node)
    facts = [node.fact for node in nodes if node.fact]
    if len(set(facts)) < len(facts):
        raise BadInput(_("Two nodes stand for the same day of the register."), where="fact")
    last = next((node for node in nodes if node.key == LAST), None)
    if last is None or last.duration or last.fact != "produced":
        raise BadInput(_("The template has to end in production, a milestone."), where=LAST)
    links = {
        node.key: tuple(After(key, lag, "d" if unit == "d" else "wd") for key, lag, unit in node.after)
        for node in nodes
    }
    try:
        in_order([Activity(node.key, node.duration, "wd", links[node.key]) for node in nodes])
    except ScheduleError as error:
        raise BadInput(network_fault(error), where=str(error.params.get("id", ""))) from error
    _check_clocks(nodes)


def network_fault(error: ScheduleError) -> str:
    """Say in the reader's language why a network can't be drawn."""
    words = {
        "cycle": _("The nodes wait for each other in a circle: %(ids)s."),
        "unknown_id": _("“%(id)s” is waited for but is no node here."),
        "duplicate_id": _("Two nodes bear the key “%(id)s”."),
        "out_of_range": _("The plan reaches beyond the years any calendar knows (1990–2100)."),
        "already_finished": _("“%(id)s” is done and can't slip any more."),
        "bad_days": _("Please give a whole number of days from 1."),
    }
    params = {**error.params, "ids": " → ".join(map(str, error.params.get("ids", ())))}
    return words.get(error.code, _("This timetable can't be drawn.")) % params


def _check_node(node: TemplateNodeRow) -> None:
    known = (
        (node.phase in PHASES, _("an unknown phase")),
        (node.side in SIDES, _("an unknown side")),
        (node.unit in UNITS, _("an unknown unit")),
        (node.basis in BASES, _("an unknown basis")),
        (0 <= node.duration <= LONGEST, _("a duration that can't be")),
        (bool(node.key) and len(node.key) <= 40, _("no key")),
        (bool(node.title), _("no title")),
        (
            all(0 <= lag <= LONGEST and unit in UNITS for _key, lag, unit in node.after),
            _("a lag that can't be"),
        ),
    )
    for fine, fault in known:
        if not fine:
            raise BadInput(
                _("“%(node)s” has %(fault)s.") % {"node": node.title or node.key, "fault": fault},
                where=node.key,
            )


def _check_clocks(nodes: Iterable[TemplateNodeRow]) -> None:
    """A statutory clock does not count the day it starts on: after a milestone that takes a lag of a day."""
    rows = list(nodes)
    milestones = {node.key for node in rows if not node.duration}
    for node in rows:
        for key, lag, _unit in node.after:
            if node.statutory and key in milestones and lag < 1:
                raise BadInput(
                    _(
                        "“%(node)s” is a statutory limit: it begins the day after “%(after)s”; give a lag of 1."
                    )
                    % {"node": node.title, "after": key},
                    where=node.key,
                )


# Thresholds ---------------------------------------------------------------------------------------------


def put_light_rule(
    actor: Actor, metric: str, near: Decimal, late: Decimal, *, source: str, division: int = 0,
    enabled: bool = True, since: date | None = None, tag: str = "local", verified: date | None = None,
) -> int:  # fmt: skip
    """Set the threshold of a metric at a place from a day on; return its id.

    Needs ``admin.limits`` over the place. BadInput when the bounds contradict each other.
    """
    need(actor, "admin.limits", division)
    if metric not in METRICS:
        raise BadInput(_("There is no such metric."), where="metric")
    low, high = (late, near) if metric == "share" else (near, late)
    if low < 0 or low > high or (metric == "share" and near > 100):
        raise BadInput(_("Red has to be worse than yellow."), where="late")
    if not source.strip():
        raise BadInput(_("Please say which rule this threshold comes from."), where="source")
    with atomic():
        made = LightRule(
            id=new_ids()[0], metric=metric, division=division, near=near, late=late, since=since or today(),
            enabled=enabled, source=source.strip(), tag=tag, verified=verified, created_at=now(), seq=1, ver=1,
        )  # fmt: skip
        facts = {"metric": metric, "division": division, "near": str(near), "late": str(late)}
        facts |= {"since": made.since.isoformat(), "enabled": enabled, "tag": tag}
        entry = NewEntry(made.id, 1, b"", "light_rule.put", made.created_at, actor, facts, {})
        made.head = append_many([entry], made.created_at)[0].hash
        made.save(force_insert=True)
    return int(made.id)


# What comes with the program ------------------------------------------------------------------------------


def _document(name: str) -> Any:
    return json.loads(files("bihuan.lines.projects.timetables").joinpath(name).read_text(encoding="utf-8"))


def packaged_nodes(rows: Iterable[Mapping[str, Any]]) -> list[TemplateNodeRow]:
    """Read nodes as the packaged file writes them."""
    return [
        TemplateNodeRow(
            **{
                **row,
                "after": tuple((a["after"], a.get("lag", 0), a.get("unit", "wd")) for a in row["after"]),
            }
        )
        for row in rows
    ]


def load_defaults(actor: Actor = SYSTEM) -> None:
    """Bring in packaged templates and thresholds where none exist yet; what an office has set stays."""
    known = {row[0] for row in run("SELECT DISTINCT kind FROM projects_template")}
    for template in _document("templates.json")["templates"]:
        if template["kind"] not in known:
            titles = {"title": template["title"], "title_en": template["title_en"]}
            put_template(actor, template["kind"], packaged_nodes(template["nodes"]), since=_SINCE, **titles)
    known = {row[0] for row in run("SELECT DISTINCT metric FROM projects_light_rule")}
    for rule in _document("lights.json")["rules"]:
        if rule["metric"] not in known:
            bounds = Decimal(rule["near"]), Decimal(rule["late"])
            more = {name: rule[name] for name in ("source", "enabled", "tag")}
            put_light_rule(actor, rule["metric"], *bounds, since=_SINCE, **more)


def is_installed() -> bool:
    """Whether the tables stand (a migration may stop halfway)."""
    names = ["projects_light_rule", "projects_template_edge", "ledger_entry", "bihuan_chain"]
    return bool(
        run("SELECT bool_and(to_regclass(n) IS NOT NULL) FROM unnest(%s::text[]) AS n", (names,))[0][0]
    )
