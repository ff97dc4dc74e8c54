"""What names something names something that is there: templates, permits, forms, roles, limits, jobs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

from bihuan.kernel.clock.actions.defaults import _packaged_limits
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.models import Rules
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.identity.selectors.links import PURPOSES
from bihuan.kernel.jobs import blueprint
from bihuan.kernel.store.sql import run
from bihuan.logic.mechanism import Mechanism, Move, canonical, from_json
from bihuan.logic.pictures import mechanism_svg
from bihuan.logic.pictures.mechanism import mechanism_picture
from bihuan.site.discovery import line_names, lines
from bihuan.ui.line import Line
from bihuan.ui.page import known_permit

SOURCE = Path(__file__).resolve().parents[1] / "src" / "bihuan"
#: Those of the lines; other tests of the run declare their own.
MECHANISMS = tuple(m for m in registry.all_declared() if m.name.partition(".")[0] in line_names())
MOVES = [(mechanism, move) for mechanism in MECHANISMS for move in mechanism.moves]
LINES = lines()


def _name(value: object) -> str:
    return getattr(value, "name", "")


def _python() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in file.parts:
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def test_there_is_something_to_look_at():
    assert len(MECHANISMS) >= 4
    assert "projects" in {line.name for line in LINES}
    assert [str(fault) for fault in run_checks()] == []


# Templates ---------------------------------------------------------------------------------------------

_IN_TEMPLATE = re.compile(r"""["']([\w/]+\.html)["']""")


def _named_in_python() -> tuple[set[str], list[re.Pattern[str]]]:
    """Return template names that stand in code, and patterns for those put together there."""
    names: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for _file, tree in _python():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value.endswith(".html")
            ):
                names.add(node.value)
            if isinstance(node, ast.JoinedStr) and ".html" in str(getattr(node.values[-1], "value", "")):
                parts = [
                    re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in node.values
                ]
                patterns.append(re.compile("".join(parts) + r"\Z"))
    return {name for name in names if "/" in name and not name.startswith(".")}, patterns


def _templates() -> dict[str, Path]:
    return {
        str(file.relative_to(root)): file
        for root in SOURCE.rglob("templates")
        for file in root.rglob("*")
        if file.is_file()
    }


def _of_a_library(name: str) -> bool:
    """Whether a library has a template of this name, which ours then dresses."""
    ours = [Path(config.path) for config in apps.get_app_configs() if not config.name.startswith("bihuan.")]
    return any((path / "templates" / name).exists() for path in ours)


def test_every_template_is_used():
    in_code, patterns = _named_in_python()
    in_templates = {name for file in _templates().values() for name in _IN_TEMPLATE.findall(file.read_text())}
    unused = [
        name
        for name in _templates()
        if name not in in_code | in_templates
        and not any(pattern.match(name) for pattern in patterns)
        and not _of_a_library(name)
    ]
    assert unused == []


def test_every_template_named_is_there():
    in_code, _patterns = _named_in_python()
    missing = []
    named = {(name, "code") for name in in_code}
    named |= {
        (name, own) for own, file in _templates().items() for name in _IN_TEMPLATE.findall(file.read_text())
    }
    for name, where in sorted(named):
        if name.startswith("socialaccount/"):  # asked for only where single sign-on is installed
            continue
        try:
            get_template(name)
        except TemplateDoesNotExist:
            missing.append(f"{where}: {name}")
    assert missing == []


# Lines -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", LINES, ids=_name)
def test_a_manifest_names_what_is_there(line: Line):
    for part in ("mechanisms", "forms", "registers", "figures", "roles", "commands"):
        for path in getattr(line, part):
            assert import_string(path), path
    for path in filter(None, (line.demo, line.subjects, line.api)):
        assert import_string(path), path
    folder = SOURCE / "lines" / line.name
    assert all((folder / name).is_file() for name in line.limits)


@pytest.mark.parametrize("line", LINES, ids=_name)
def test_menu_and_permits(line: Line):
    for entry in line.menu:
        assert reverse(entry.url).startswith("/")
        assert known_permit(entry.permit), entry
        assert not entry.count or callable(import_string(entry.count))
    for permit, names in line.permits.items():
        assert known_permit(permit)
        assert [name for name in names if roles.get(name) is None] == [], permit


# Mechanisms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=_name)
def test_a_mechanism_draws(mechanism: Mechanism):
    svg = mechanism_svg(mechanism_picture(mechanism))
    drawn = "".join(ElementTree.fromstring(svg).itertext())
    squeezed = re.sub(r"\s", "", drawn)
    assert [s.title for s in mechanism.stages if re.sub(r"\s", "", s.title) not in squeezed] == []


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=_name)
def test_stored_rules_are_the_declared_ones(mechanism: Mechanism):
    assert canonical(from_json(canonical(mechanism))) == canonical(mechanism)


@pytest.mark.parametrize(("mechanism", "move"), MOVES, ids=[f"{m.name}.{v.name}" for m, v in MOVES])
def test_a_move_names_what_is_there(mechanism: Mechanism, move: Move):
    fields = {field.name: field for field in forms.get(move.form).fields}
    for named in (*move.guards, *move.effects):
        assert re.fullmatch(r"[a-z_.]+@\d+", named), f"{named}: no revision"
    assert len(registry.guards_of(move.guards)) == len(move.guards)
    assert len(registry.effects_of(move.effects)) == len(move.effects)
    tasks = {**blueprint.tasks, **app.tasks}
    assert [name for name in move.reactions if name not in tasks] == []
    assert {grant.role for grant in move.who if grant.kind == "link"} <= {"", *PURPOSES}
    asked = {grant.role for grant in move.who if grant.kind != "link"}
    if move.hold.startswith("role:"):
        asked.add(move.hold.removeprefix("role:"))
    assert [name for name in asked - {""} if roles.get(name) is None] == []
    if move.hold == "field":
        # Else a guard works out whose it is.
        assert fields["unit"].kind == "unit" if "unit" in fields else move.guards
    operations = {operation for operation, _limit in move.clocks}
    if "ask" in operations:
        assert fields["days"].required
    limits = {limit.name: limit.rule for limit in mechanism.limits}
    for operation, limit in move.clocks:
        if operation == "start" and limits[limit].startswith("date:") and "|" not in limits[limit]:
            assert fields[limits[limit].removeprefix("date:")].required


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=_name)
def test_every_limit_has_a_row_and_every_rung_a_chair(mechanism: Mechanism):
    rows = {row["rule"] for row in _packaged_limits()}
    parts = {part for limit in mechanism.limits for part in limit.rule.split("|")}
    rules = {part for part in parts if not part.startswith(("date:", "by:"))}
    assert rules - rows == set()
    assert [rung.chair for rung in mechanism.ladder if roles.get(rung.chair) is None] == []


def test_matters_are_told_apart_by_prefix():
    prefixes = [mechanism.prefix for mechanism in MECHANISMS]
    assert len(prefixes) == len(set(prefixes))


def test_every_limit_row_is_asked_for():
    asked = {limit.rule for mechanism in MECHANISMS for limit in mechanism.limits}
    lines_own = {
        row["rule"]
        for row in _packaged_limits()
        if row["rule"].partition(".")[0] in {_name(x) for x in LINES}
    }
    named = {
        node.value
        for _file, tree in _python()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert lines_own - asked - named == set(), "a limit nothing runs under"


@pytest.mark.django_db
def test_rules_whose_guard_is_gone_are_noticed():
    registry.forget()
    need = {"title": "红线外道路未通", "category": "utilities"}
    opened = flow.open(SYSTEM, "projects.problem", need, scope=Scope())
    assert registry.missing_functions() == []
    text = canonical(registry.declared("projects.problem")).replace("evidence_given@1", "evidence_given@77")
    Rules.objects.update(text=text)
    assert registry.missing_functions() == ["evidence_given@77"]
    flow.move(SYSTEM, opened.matter, "quick", {"closing": "explained", "reply": "已说明"})
    assert registry.missing_functions() == ["evidence_given@77"], "a closed matter may be reopened under them"
    run("UPDATE flow_matter SET stage = 'withdrawn'")
    assert registry.missing_functions() == [], "nobody moves a withdrawn matter"
    registry.forget()
