"""A classified text got in: what the operator's one command takes away, everywhere; and the master key changed."""

from argparse import Namespace
from io import BytesIO

import pytest
from django.test import Client
from tests.kernel import documents
from tests.kernel.orders_house import house
from tests.site.orders.test_orders_pages import browser

from bihuan.kernel.content import actions as content
from bihuan.kernel.errors import BadInput
from bihuan.kernel.files import actions as files
from bihuan.kernel.files import selectors as kept
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.ledger.actions import verify
from bihuan.kernel.store.sql import run
from bihuan.site import boot, cli_content

__all__ = ["house"]
pytestmark = pytest.mark.django_db
LEAK, WORDS = "雷霆工程", "雷霆工程坐标另附"


@pytest.fixture(autouse=True)
def plain(settings):
    settings.MFA_REQUIRED = False


def everything() -> str:
    """What a backup made now would hold, as far as it is text: every column of every table, unencrypted as it lies."""
    tables = [
        name for (name,) in run("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ]
    return "\n".join(str(row) for name in tables for (row,) in run(f"SELECT t::text FROM {name} t"))


def test_a_purged_leak_is_found_nowhere_and_the_chain_stays_valid(house):
    data = {"title": WORDS, "category": "utilities", "detail": f"{WORDS}，切勿外传"}
    matter = flow.open(house.centre, "projects.problem", data, scope=house.scope).matter
    flow.move(house.centre, matter, "note", {"note": WORDS})
    row = selectors.matter(SYSTEM, matter)
    file = files.upload(house.centre, BytesIO(documents.docx(WORDS)), "附件.docx", matter)
    run_due()
    centre: Client = browser(house.centre)
    assert LEAK in centre.get(f"/matters/{row.code}/").content.decode()
    assert row.code in centre.get("/search/", {"q": LEAK}).content.decode()
    said = Namespace(actor=SYSTEM, matter=row.code, field=None, reason="误传涉密内容，依保密办通知清除")
    assert cli_content.purge(said).document["purged"] >= 3
    assert LEAK not in centre.get(f"/matters/{row.code}/").content.decode()
    assert row.code not in centre.get("/search/", {"q": LEAK}).content.decode()
    assert LEAK not in everything(), "nothing that a backup would hold names it"
    assert kept.by_ids([file.id])[file.id].state == "purged"
    report = verify()
    assert (report.ok, report.count) == (True, 0)
    last = run("SELECT text FROM ledger_entry WHERE chain_id = %s ORDER BY seq DESC LIMIT 1", (matter,))[0][0]
    assert "content.purge" in last


def test_a_reason_is_asked_for_and_nothing_is_purged_without(house):
    data = {"title": "供水未通", "category": "utilities", "detail": "靠水车送水"}
    matter = flow.open(house.centre, "projects.problem", data, scope=house.scope).matter
    said = Namespace(actor=SYSTEM, matter=str(matter), field=None, reason="  ")
    before = run("SELECT count(*) FROM content_key")
    with pytest.raises(BadInput):
        cli_content.purge(said)
    assert run("SELECT count(*) FROM content_key") == before
    said = Namespace(actor=SYSTEM, matter=str(matter), field="detail", reason="本人要求删除")
    assert cli_content.erase(said).document["erased"] == 1


def test_the_master_key_is_changed_and_old_backups_open_no_more(house, settings):
    data = {"title": "供水未通", "category": "utilities", "detail": "靠水车送水"}
    matter = flow.open(house.centre, "projects.problem", data, scope=house.scope).matter
    row, centre = selectors.matter(SYSTEM, matter), browser(house.centre)
    old, new = settings.BIHUAN_CONTENT_KEY, boot.new_key("content_key")
    settings.BIHUAN_CONTENT_KEY = f"{new}\n{old}"
    assert cli_content.rotate(Namespace()).document["rewrapped"] > 0
    assert content.rotate() == 0
    settings.BIHUAN_CONTENT_KEY = new
    assert "靠水车送水" in centre.get(f"/matters/{row.code}/").content.decode()
