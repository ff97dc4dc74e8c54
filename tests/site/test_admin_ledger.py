"""The ledger's page: state, roots to take away, verification, and who read personal data."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from tests.kernel.factories import make_actor
from tests.site.admin_house import house, words

from bihuan.kernel.content.actions import log_readings
from bihuan.kernel.content.values import Ref
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.jobs import run_due
from bihuan.kernel.ledger.actions import append_to, seal
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import new_ids, run
from bihuan.logic.receipt import load_public_key, verify_signature
from bihuan.site.admin.models import Work

__all__ = ["house"]


def entry() -> int:
    chain = new_ids()[0]
    append_to(chain, "test.entry", make_actor(), {"n": 1})
    return chain


def test_the_page_says_what_is_sealed_and_how_wide_the_window_is(house, travel):
    entry()
    state = house.admin.get("/api/v1/admin/ledger").json()
    assert state["sealed"] == 0
    assert state["entries"] == run("SELECT count(*) FROM ledger_entry")[0][0]
    seal()
    state = house.admin.get("/api/v1/admin/ledger").json()
    assert (state["unsealed"], state["window_seconds"]) == (0, 0)
    assert state["sealed"] == state["entries"]
    page = words(house.admin.get(reverse("admin_ledger")))
    assert state["root"] in page
    assert state["public_key"] in page
    entry()
    with travel(now() + timedelta(hours=1)):
        late = words(house.admin.get(reverse("admin_ledger")))
        assert "the sealer does not run" in late
        assert house.admin.get("/api/v1/admin/ledger").json()["unsealed"] >= 1


def test_roots_are_downloaded_and_their_signature_holds(house):
    entry()
    seal()
    answer = house.admin.get(reverse("admin_ledger_roots"))
    assert "attachment" in answer["Content-Disposition"]
    document = json.loads(answer.content)
    (head,) = document["heads"]
    key = load_public_key(document["public_key"])
    assert verify_signature(head["head"], bytes.fromhex(head["signature"]), key)
    assert house.admin.get("/api/v1/admin/ledger/roots").json() == document


def test_a_verification_runs_as_a_job_and_reports(house):
    entry()
    seal()
    url = reverse("admin_ledger_verify")
    first, second = house.admin.post(url), house.admin.post(url)
    assert first["Location"] == second["Location"]
    assert "Computing anew" in words(house.admin.get(first["Location"]))
    assert run_due() == 1
    page = words(house.admin.get(first["Location"]))
    assert "Every sealed entry stands as it was sealed" in page
    work = Work.objects.get()
    assert (work.result["ok"], work.part, work.whole) == (True, work.whole, work.whole)
    assert work.whole > 0
    assert "nothing was altered" in words(house.admin.get(reverse("admin_ledger")))


def _tamper(chain: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE ledger_entry SET text = replace(text, '1', '2') WHERE chain_id = %s", [chain])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_what_was_altered_is_found_and_said(house):
    chain = entry()
    seal()
    _tamper(chain)
    url = house.admin.post(reverse("admin_ledger_verify"))["Location"]
    run_due()
    page = words(house.admin.get(url))
    assert "Something is not as it was sealed" in page
    assert f"{chain}/1" in page
    assert "finding" in words(house.admin.get(reverse("admin_ledger")))


def test_a_ledger_cut_back_is_found_by_roots_kept_elsewhere(house):
    entry()
    seal()
    kept = house.admin.get(reverse("admin_ledger_roots")).content
    document = json.loads(kept)
    head = json.loads(document["heads"][0]["head"])
    head["size"] += 5
    document["heads"][0]["head"] = json.dumps(head)
    for content, good in ((kept, True), (json.dumps(document).encode(), False)):
        file = SimpleUploadedFile("roots.json", content)
        url = house.admin.post(reverse("admin_ledger_verify"), {"anchors": file})["Location"]
        run_due()
        page = words(house.admin.get(url))
        assert ("Every sealed entry stands" in page) is good
        assert ("ends before a head that has gone out" in page) is not good


@pytest.mark.parametrize("content", [b"", b"{", b'{"heads": 3}', b'{"heads": [{"head": "x"}]}', b"[1]"])
def test_a_file_that_holds_no_roots_is_said(house, content):
    file = SimpleUploadedFile("roots.json", content) if content else SimpleUploadedFile("roots.json", b" ")
    answer = house.admin.post(reverse("admin_ledger_verify"), {"anchors": file})
    assert answer.status_code == 422
    assert "does not hold heads" in words(answer)
    assert not Work.objects.exists()


def test_readings_tell_who_saw_what_and_why_and_never_the_value(house):
    reader = identity.actor_of(house.clerk_user, house.clerk_post)
    for n in range(3):
        log_readings([Ref(4_000_000 + n, 1, "phone")], reader, f"回访 {n}")
    page = words(house.admin.get(reverse("admin_readings")))
    assert "clerk" in page
    assert "回访 2" in page
    assert "number 4,000,002" in page or "number 4000002" in page
    rows = house.admin.get("/api/v1/admin/readings?limit=2").json()
    assert [row["why"] for row in rows["rows"]] == ["回访 2", "回访 1"]
    older = house.admin.get(f"/api/v1/admin/readings?before={rows['before']}").json()
    assert [row["why"] for row in older["rows"]] == ["回访 0"]
    assert house.admin.get("/api/v1/admin/readings?q=nobody").json()["rows"] == []
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    assert house.admin.get(f"/api/v1/admin/readings?since={tomorrow}").json()["rows"] == []


def test_the_api_verifies_too(house):
    entry()
    seal()
    made = house.admin.post("/api/v1/admin/ledger/verify", {}, content_type="application/json")
    assert made.status_code == 202
    run_due()
    told = house.admin.get(f"/api/v1/admin/ledger/verify/{made.json()['id']}").json()
    assert (told["state"], told["result"]["ok"]) == ("done", True)
    bad = house.admin.post("/api/v1/admin/ledger/verify", {"heads": [{}]}, content_type="application/json")
    assert bad.status_code == 422
