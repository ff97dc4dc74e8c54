"""The permission matrix: every page and every API operation, walked by every kind of stranger.

A page or operation without a permit, and a path whose parts this test can't fill in, fail the build:
nobody adds a door that isn't tried.
"""

import re
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.kernel.factories import make_file, make_role
from tests.remembered import demonstration

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import now
from bihuan.kernel.registers.selectors import live
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.papers import write_workbook
from bihuan.lines.projects.registers import PROJECTS
from bihuan.site.api.root import api
from bihuan.ui.page import known_permit, unguarded

#: What only somebody inside the demonstration's park may ever read.
SECRETS = ("红线外供水管网未接通", "靠水车送水", "体外诊断试剂产业园", "秘密附言", "55550199")
#: Who is walked together: two halves of like length, which two processes walk at once.
WALKED = (
    ("anonymous", "coordinator of another park", "another enterprise", "lapsed post"),
    ("leader of another park", "another unit of the same park", "administrator"),
)
TESTS = Path(__file__).resolve().parents[1]
#: Addresses that are for everybody, or guarded by their own library.
OPEN = ("accounts/", "i18n/", "healthz", "readyz", "static/", "api/")


@dataclass
class World:
    """The park, what lies in it, and the strangers."""

    parts: dict[str, list[str]]
    strangers: dict[str, Client]
    insider: Client


def _client(user: int, post: int) -> Client:
    from bihuan.kernel.identity.models import User

    client = Client()
    client.force_login(User.objects.get(id=user), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["post"] = post
    session.save()
    return client


def _import(client: Client) -> str:
    """Have somebody inside upload the register as a workbook; return the number of that piece of work."""
    book = BytesIO()
    write_workbook(book, live(PROJECTS))
    file = SimpleUploadedFile("台账.xlsx", book.getvalue())
    answer = client.post("/projects/import/", {"workbook": file, "key": "matrix"})
    assert answer.status_code in {302, 303}, answer.content.decode()[-2000:]
    return answer.headers["Location"].rstrip("/").rpartition("/")[2]


def _stranger(login: str, role: str, unit: int, division: int, **period) -> Client:
    user = people.create_user(SYSTEM, login, login)
    post = people.appoint(SYSTEM, user, unit, make_role(role), division, **period)
    return _client(user, post)


pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db, settings):
    settings.MFA_REQUIRED = False
    demonstration()
    matter, code = run(
        "SELECT id, code FROM flow_matter WHERE title LIKE '红线外供水管网未接通%%'"
        " AND kind = 'projects.problem' ORDER BY id"
    )[0]
    user, post = run("SELECT user_id, id FROM identity_post WHERE role_id = 'coordinator' ORDER BY id")[0]
    centre = identity.actor_of(user, post)
    flow.move(centre, matter, "note", {"note": "秘密附言"})
    park = centre.division
    inside = run("SELECT id FROM identity_organisation WHERE short_name = '自然资源分局'")[0][0]
    other_firm = people.create_organisation(SYSTEM, "别家企业", "enterprise", division=park)
    elsewhere = people.add_division(SYSTEM, "别的园区", "park", 0)
    office = people.create_organisation(SYSTEM, "别的中心", "government", division=elsewhere)
    lapsed = people.create_user(SYSTEM, "lapsed", "lapsed")
    ended = people.appoint(SYSTEM, lapsed, inside, "coordinator", park)
    people.end_post(SYSTEM, ended, now())
    strangers = {
        "anonymous": Client(),
        "coordinator of another park": _stranger("there", "coordinator", office, elsewhere),
        "leader of another park": _stranger("boss", "leader", office, elsewhere),
        "another unit of the same park": _stranger("clerk", "department", inside, park),
        "another enterprise": _stranger("firm", "enterprise", other_firm, park),
        "administrator": _stranger("root", "administrator", office, park),
        "lapsed post": _client(lapsed, ended),
    }
    project = run("SELECT subject FROM flow_matter WHERE id = %s", (matter,))[0][0]
    parts = {
        "code": [code],
        "matter": [code],
        "name": ["note", "assign", "projects.problem", "investment", "projects.problem.sign_off"],
        "kind": ["land", "projects.problem"],
        "file_id": [str(make_file(centre, matter))],
        "project": [str(project)],
        "project_id": [str(project)],
        "row_id": [str(project)],
        "seq": ["1"],
        "division": [str(park)],
        "work": [_import(_client(user, post))],
        "timetable": [str(run("SELECT max(id) FROM projects_timetable")[0][0])],
        "key": [run("SELECT min(key) FROM projects_node")[0][0]],
        "act": ["actual", "stop", "resume", "cause", "rule"],
        "organisation": [str(inside)],
        "post": [str(post)],
        "user": [str(user)],
        "token": [str(people.issue_token(SYSTEM, post, "matrix", ["projects"])[0])],
        "standing": [str(post)],
        "rule": ["projects.problem.handle"],
        "version": ["1"],
        "report": [str(run("SELECT max(id) FROM projects_report WHERE project_id = %s", (project,))[0][0])],
        "period": [run("SELECT to_char(max(period), 'YYYY-MM') FROM projects_report")[0][0]],
        "part": ["counted", "denominator"],
        "year": ["2027"],
        "quarter": ["2"],
    }
    for module in _rooms():
        for name, values in module.parts().items():
            parts[name] = [*parts.get(name, []), *values]
    return World(parts, strangers, _client(user, post))


def _rooms() -> list[ModuleType]:
    """Import what rooms and lines know of their own addresses: ``matrix_parts.py`` beside their tests.

    Its ``parts()`` is called in the demonstration's world and returns {part of a path: values}; its
    ``SECRETS`` are words of the demonstration that no stranger may read.
    """
    found = []
    for file in sorted(TESTS.rglob("matrix_parts.py")):
        spec = spec_from_file_location(f"matrix_{file.parent.name}", file)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        found.append(module)
    return found


def _secrets() -> list[str]:
    return [*SECRETS, *(word for module in _rooms() for word in getattr(module, "SECRETS", ()))]


def _paths(world: World) -> list[str]:
    found: list[str] = []
    _walk(get_resolver().url_patterns, "/", found)
    return [path for route in found for path in _filled(route, world)]


def _walk(patterns, above: str, found: list[str]) -> None:
    for pattern in patterns:
        route = above + str(pattern.pattern).removeprefix("^").removesuffix(r"\Z")
        if isinstance(pattern, URLResolver):
            _walk(pattern.url_patterns, route, found)
        elif isinstance(pattern, URLPattern) and not route.lstrip("/").startswith(OPEN):
            found.append(route)


def _filled(route: str, world: World) -> list[str]:
    paths = [route]
    for part in re.findall(r"<(?:\w+:)?(\w+)>|\{(\w+)\}", route):
        name = part[0] or part[1]
        values = world.parts.get(name)
        assert values, f"{route}: this test does not know what to put for <{name}>; tell it in World.parts"
        paths = [
            re.sub(rf"<(?:\w+:)?{name}>|\{{{name}\}}", value, path) for path in paths for value in values
        ]
    return paths


def _operations() -> list[tuple[str, str, object]]:
    found = []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                address = f"/api/v1/{prefix.strip('/')}/{path.strip('/')}".replace("//", "/")
                found += [(method, address, operation.view_func) for method in operation.methods]
    return found


def test_every_page_names_a_permit():
    assert unguarded(allowed=OPEN) == []


def test_every_operation_names_a_permit():
    without = [
        f"{method} {path}"
        for method, path, view in _operations()
        if not known_permit(getattr(view, "permit", "missing"))
    ]
    assert without == []


def test_the_secrets_are_there_for_those_inside(world):
    code, project = world.parts["code"][0], world.parts["project"][0]
    answer = world.insider.get(f"/matters/{code}/")
    assert answer.status_code == 200, (answer.status_code, answer.headers)
    page = answer.content.decode()
    assert "红线外供水管网未接通" in page
    assert "秘密附言" in page
    assert "体外诊断试剂产业园" in world.insider.get(f"/projects/{project}/").content.decode()


@pytest.mark.parametrize("some", WALKED, ids=("without rights here", "with rights nearby"))
def test_no_stranger_reads_anything(world, some):
    leaks, secrets = [], _secrets()
    api_paths = [
        (path, m) for m, route, _view in _operations() if m == "GET" for path in _filled(route, world)
    ]
    for who in some:
        client = world.strangers[who]
        for path, _method in [*((p, "GET") for p in _paths(world)), *api_paths]:
            refused = False
            for query in ("", "?q=供水", "?state=all&kind=projects.problem"):
                if query and refused:
                    continue  # the permit stands before whatever the query asks for
                answer = client.get(path + query)
                refused = answer.status_code in {302, 401, 403, 404}
                assert answer.status_code < 500, f"{who}: {path}{query} broke"
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                leaks += [f"{who}: {path}{query}: {s}" for s in secrets if s.encode() in body]
    assert leaks == []


def test_no_stranger_writes_anything(world):
    assert sorted(who for some in WALKED for who in some) == sorted(world.strangers)
    before = run("SELECT count(*) FROM ledger_entry WHERE chain_id IN (SELECT id FROM flow_matter)")[0][0]
    for who, client in world.strangers.items():
        for path in _paths(world):
            answer = client.post(path, {"note": "闯入", "reason": "闯入", "unit": "1", "cause": "闯入"})
            assert answer.status_code < 500, f"{who}: POST {path} broke"
        for method, route, _view in _operations():
            if method != "GET":
                for path in _filled(route, world):
                    answer = client.generic(method, path, "{}", content_type="application/json")
                    assert answer.status_code < 500, f"{who}: {method} {path} broke"
    after = run("SELECT count(*) FROM ledger_entry WHERE chain_id IN (SELECT id FROM flow_matter)")[0][0]
    assert after == before
