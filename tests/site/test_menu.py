"""The rail follows permits: an entry is shown to whoever may open its page, and whoever only reads changes nothing."""

import re

import pytest
from django.urls import resolve, reverse
from tests.site.test_matrix import _client, _filled, _operations, _paths, world

from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.store.sql import run
from bihuan.site.discovery import lines
from bihuan.ui import shell
from bihuan.ui.page import may

__all__ = ["world"]
pytestmark = pytest.mark.django_db
ENTRIES = [
    *shell.installed().menu, *shell.installed().admin, *(entry for line in lines() for entry in line.menu)
]  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url)
def test_an_entry_is_shown_to_whoever_may_open_its_page(entry):
    page = resolve(reverse(entry.url)).func.permit
    for role in roles.all_roles():
        actor = Actor(Kind.POST, post=1, role=role.name, unit=1, level="park", division=1)
        assert may(entry.permit, actor) == may(page, actor), role.name


@pytest.fixture
def auditor(world):
    user, post = run("SELECT user_id, id FROM identity_post WHERE role_id = 'auditor'")[0]
    return _client(user, post)


def test_the_auditor_opens_everything_the_rail_shows_and_writes_nothing(world, auditor):
    rail = auditor.get("/").content.decode()
    shown = set(re.findall(r'href="(/[^"?#]*)"', rail))
    for name in ("projects", "projects_figures", "figures", "orders", "officers_board", "agency", "wall"):
        assert reverse(name) in shown, name
    for name in ("supervision_desk", "projects_import", "instructions", "officers_rules"):
        assert reverse(name) not in shown, name
    for entry in ENTRIES:
        if (address := reverse(entry.url)) in shown:
            assert auditor.get(address).status_code == 200, address
    made = """SELECT e.chain_id, e.seq, e.move FROM ledger_entry e WHERE e.chain_id IN
              (SELECT id FROM flow_matter UNION SELECT chain_id FROM registers_amend
               UNION SELECT id FROM papers_paper)"""
    before = set(run(made))
    for path in _paths(world):
        answer = auditor.post(path, {"note": "改", "reason": "改", "unit": "1", "cause": "改"})
        assert answer.status_code < 500, path
    for method, route, _view in _operations():
        for path in _filled(route, world) if method != "GET" else ():
            answer = auditor.generic(method, path, "{}", content_type="application/json")
            assert answer.status_code < 500, f"{method} {path}"
    assert set(run(made)) - before == set()


def test_a_role_that_reads_passes_for_reading_alone(world):
    auditor, centre = Actor(Kind.POST, role="auditor"), Actor(Kind.POST, role="coordinator")
    assert may("projects", auditor)
    assert not may("projects", auditor, "POST")
    assert may("projects", centre, "POST")
    assert may("signed_in", auditor, "POST"), "what is one's own: language, posts, notices"
    assert not may("post", auditor, "POST"), "papers are drafted and signed there"
    assert not may("projects.import", auditor)
