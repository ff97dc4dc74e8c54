"""The seal: nothing too early, nobody twice, and whoever rewrites history is found (P19)."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction

from bihuan.kernel.content import actions as content
from bihuan.kernel.content.values import seal_value
from bihuan.kernel.errors import Unavailable
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.ledger import selectors
from bihuan.kernel.ledger.actions import NewEntry, append_many, append_to, seal, verify
from bihuan.kernel.ledger.jobs import seal_committed
from bihuan.kernel.ledger.keys import public_key
from bihuan.kernel.now import now, travel
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.hashtree import check_consistency

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bare_ledger")]

DAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


def fill(chains=3, length=4, first=1):
    for chain in range(first, first + chains):
        for step in range(length):
            append_to(chain, f"step{step}", SYSTEM, {"step": step})


@contextmanager
def as_intruder():
    """Act as somebody who has the database in hands and switches the triggers off."""
    run("SET session_replication_role = replica")
    try:
        yield
    finally:
        run("SET session_replication_role = DEFAULT")


def kinds(report):
    return {finding.kind for finding in report.findings}


def rehashed(chain, seq, /, **changes):
    """Rewrite an entry so that its own hash fits again, as a careful forger would."""
    text = run("SELECT text FROM ledger_entry WHERE chain_id = %s AND seq = %s", (chain, seq))[0][0]
    said = json.loads(text) | changes
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    run(
        "UPDATE ledger_entry SET text = %s, hash = sha256(convert_to(%s, 'UTF8')), at = %s::timestamptz,"
        " recorded = %s::timestamptz, move = %s WHERE chain_id = %s AND seq = %s",
        (text, text, said["at"], said["recorded"], said["move"], chain, seq),
    )


def test_an_honest_ledger_verifies_and_says_how_wide_the_window_is():
    with travel(DAY):
        assert verify().ok
        fill()
        assert seal().added == 12
        assert seal().added == 0
        report = verify()
        assert (report.ok, report.entries, report.leaves, report.heads, report.unsealed) == (
            True,
            12,
            12,
            1,
            0,
        )
        assert report.window == timedelta(0)
    with travel(DAY + timedelta(minutes=5)):
        fill(1, 2, first=9)
    with travel(DAY + timedelta(minutes=8)):
        report = verify()
        assert (report.ok, report.unsealed, report.window) == (True, 2, timedelta(minutes=3))
        seal_committed()
        assert verify().leaves == 14


def test_batches_grow_one_tree_with_a_head_each():
    fill(3, 200)
    assert seal(batch=250).size == 600
    report = verify()
    assert report.ok
    assert (report.heads, report.leaves) == (3, 600)
    assert run("SELECT count(*) FROM ledger_node") == [(2,)]
    sizes = [row[0] for row in run("SELECT size FROM ledger_root ORDER BY size")]
    assert sizes == [250, 500, 600]
    roots = [row[0] for row in run("SELECT root FROM ledger_root ORDER BY size")]
    proof = selectors.prove_growth(250, 600)
    path = [bytes.fromhex(step) for step in proof["path"]]
    assert check_consistency(250, 600, roots[0], roots[2], path)
    assert not check_consistency(250, 600, roots[1], roots[2], path)


def test_an_entry_of_an_open_transaction_is_not_sealed_early():
    fill(1, 1)
    info = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{n: info[n] for n in names if n in info}) as other:
        other.execute(
            "INSERT INTO ledger_entry (chain_id, at, recorded, seq, move, hash, text)"
            " SELECT 50, at, recorded, 1, move, hash, text FROM ledger_entry WHERE chain_id = 1"
        )
        fill(1, 2, first=2)  # began later, is over sooner
        assert seal().added == 3
        fill(1, 1, first=3)
        assert seal(batch=1).added == 1
        assert run("SELECT count(*) FROM ledger_leaf WHERE chain_id = 50") == [(0,)]
        other.commit()
    assert seal().added == 1
    assert verify().leaves == 5
    assert run("SELECT chain_id FROM ledger_leaf WHERE position = 4") == [(50,)]


def test_an_entry_that_is_rolled_back_takes_its_seal_along():
    fill(1, 1)
    seal()
    with atomic():
        fill(1, 1, first=2)
        assert seal().added == 1
        transaction.set_rollback(True)
    assert seal().added == 0
    assert verify().leaves == 1


def test_of_two_sealers_one_waits_and_nothing_is_sealed_twice():
    fill(4, 25)
    sizes, errors = [], []

    def work():
        try:
            sizes.append(seal(batch=10).added)
        except Exception as error:  # shown below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(sizes) == 100
    report = verify()
    assert report.ok
    assert report.leaves == 100


def test_a_restored_ledger_goes_on_in_a_cluster_that_counts_anew():
    fill(2, 3)
    seal()
    with as_intruder():
        run("UPDATE ledger_root SET cluster = 'another', bound = '18446744073709551000'")
        run("UPDATE ledger_entry SET xact = '18446744073709551000'")
    fill(1, 3, first=3)
    append_to(1, "later", SYSTEM, {})
    with as_intruder():
        run("UPDATE ledger_entry SET xact = '18446744073709551001' WHERE chain_id = 1 AND seq = 4")
    assert seal(batch=2).added == 4
    assert seal().added == 0
    assert verify().ok
    fill(1, 1, first=4)
    assert seal().added == 1


def test_without_a_signing_key_the_sealer_says_so(settings):
    fill(1, 1)
    settings.BIHUAN_SIGNING_KEY = ""
    with pytest.raises(Unavailable, match="signing key"):
        seal()
    settings.BIHUAN_SIGNING_KEY = "nonsense"
    with pytest.raises(Unavailable, match="Ed25519"):
        seal()


@pytest.mark.parametrize(
    ("found", "tamper"),
    [
        (
            {"altered"},
            lambda: run("UPDATE ledger_entry SET text = replace(text, 'step2', 'stepX') WHERE chain_id = 2"),
        ),
        ({"altered"}, lambda: run("UPDATE ledger_entry SET text = 'rubbish' WHERE chain_id = 2 AND seq = 4")),
        (
            {"altered"},
            lambda: run("UPDATE ledger_entry SET at = at - interval '3 days' WHERE chain_id = 2 AND seq = 2"),
        ),
        (
            {"altered"},
            lambda: run("UPDATE ledger_entry SET recorded = recorded + interval '1 s' WHERE seq = 4"),
        ),
        (
            {"altered"},
            lambda: run("UPDATE ledger_entry SET move = 'sign_off' WHERE chain_id = 3 AND seq = 1"),
        ),
        ({"altered", "broken"}, lambda: rehashed(2, 2, move="sign_off")),
        ({"altered", "broken"}, lambda: rehashed(2, 2, at="2026-01-01T00:00:00.000000Z")),
        ({"altered"}, lambda: rehashed(2, 4, recorded="2026-01-01T00:00:00.000000Z")),
        ({"missing"}, lambda: run("DELETE FROM ledger_entry WHERE chain_id = 2 AND seq = 4")),
        ({"missing"}, lambda: run("DELETE FROM ledger_entry WHERE chain_id = 2 AND seq = 2")),
        ({"missing"}, lambda: run("DELETE FROM ledger_entry WHERE chain_id = 2")),
        ({"missing"}, lambda: run("TRUNCATE ledger_entry")),
        ({"leaf", "root", "node"}, lambda: run("DELETE FROM ledger_leaf WHERE position = 5")),
        (
            {"unsigned"},
            lambda: run("DELETE FROM ledger_root WHERE size = (SELECT max(size) FROM ledger_root)"),
        ),
        ({"root"}, lambda: run("DELETE FROM ledger_root WHERE size = (SELECT min(size) FROM ledger_root)")),
        ({"node"}, lambda: run("UPDATE ledger_node SET hash = sha256(hash)")),
        ({"node"}, lambda: run("DELETE FROM ledger_node")),
        ({"node"}, lambda: run("INSERT INTO ledger_node SELECT level, 9, hash FROM ledger_node LIMIT 1")),
        ({"root"}, lambda: run("UPDATE ledger_root SET root = sha256(root)")),
        ({"root"}, lambda: run("UPDATE ledger_root SET text = 'rubbish'")),
        ({"root"}, lambda: run("UPDATE ledger_root SET day = day - 1")),
        ({"signature"}, lambda: run("UPDATE ledger_root SET signature = sha256(signature)")),
    ],
)
def test_whoever_alters_deletes_or_back_dates_is_found(found, tamper):
    with travel(DAY):
        fill(3, 90)
        seal(batch=150)
    with travel(DAY + timedelta(hours=1)):
        assert verify().ok
        with as_intruder():
            tamper()
        report = verify()
    assert not report.ok
    assert found <= kinds(report)
    assert all(finding.message for finding in report.findings)


def swap(one, two):
    """Exchange two entries of a chain, seq and all, each consistent in itself."""
    run("UPDATE ledger_entry SET seq = 1000 WHERE chain_id = 1 AND seq = %s", (one,))
    run("UPDATE ledger_entry SET seq = %s WHERE chain_id = 1 AND seq = %s", (one, two))
    run("UPDATE ledger_entry SET seq = %s WHERE chain_id = 1 AND seq = 1000", (two,))


def test_reordered_entries_are_found():
    fill(2, 5)
    seal()
    with as_intruder():
        swap(2, 3)
        rehashed(1, 2, seq=2)
        rehashed(1, 3, seq=3)
    assert {"altered", "broken"} <= kinds(verify())


def test_leaves_exchanged_with_their_entries_are_found():
    fill(2, 5)
    seal()
    with as_intruder():
        run("UPDATE ledger_leaf SET position = 99 WHERE position = 2")
        run("UPDATE ledger_leaf SET position = 2 WHERE position = 7")
        run("UPDATE ledger_leaf SET position = 7 WHERE position = 99")
    assert kinds(verify()) == {"root"}


def test_a_whole_tree_rebuilt_with_a_forgers_key_is_found(settings):
    fill(2, 5)
    seal()
    kept = settings.BIHUAN_SIGNING_KEY
    settings.BIHUAN_SIGNING_KEY = "Zm9yZ2Vy" * 5 + "Zm8="
    with as_intruder():
        run("TRUNCATE ledger_root, ledger_leaf, ledger_node")
        rehashed(2, 5, move="sign_off")
    seal()
    assert verify().ok  # in the forger's own eyes
    settings.BIHUAN_SIGNING_KEY = kept
    assert kinds(verify()) == {"signature"}


def test_a_ledger_rolled_back_is_found_by_what_went_out():
    with travel(DAY):
        fill(2, 5)
        seal()
    with travel(DAY + timedelta(days=1)):
        append_to(1, "sign_off", SYSTEM, {})
        seal()
        anchors = selectors.export_roots()["heads"]
        assert [anchor["day"] for anchor in anchors] == ["2026-03-02", "2026-03-03"]
        assert verify(anchors=anchors).ok
        with as_intruder():
            run("DELETE FROM ledger_root WHERE size = 11")
            run("DELETE FROM ledger_leaf WHERE position = 10")
            run("DELETE FROM ledger_entry WHERE move = 'sign_off'")
        assert verify().ok
        assert kinds(verify(anchors=anchors)) == {"rolled_back"}
        append_to(1, "other", SYSTEM, {})
        seal()
        assert kinds(verify(anchors=anchors)) == {"rolled_back"}


def test_an_entry_slipped_in_with_an_old_date_is_found():
    with travel(DAY):
        fill(2, 2)
        seal()
    with travel(DAY + timedelta(days=3)):
        fill(1, 1, first=5)
        seal()
    with travel(DAY + timedelta(days=4)):
        old = DAY + timedelta(hours=1)
        append_many([NewEntry(9, 1, b"", "open", old, SYSTEM, {}, {})], old)
        assert kinds(verify()) == {"unsealed"}
        seal()
        assert kinds(verify()) == {"back_dated"}


def test_a_backlog_sealed_late_and_in_batches_is_no_back_dating():
    with travel(DAY):
        fill(2, 5)
    with travel(DAY + timedelta(days=9)):
        fill(2, 5, first=3)
        seal(batch=3)
        assert verify().ok


def test_a_key_change_keeps_old_heads_true(settings):
    with travel(DAY):
        fill(1, 3)
        seal()
    old = selectors.public_key_text()
    settings.BIHUAN_SIGNING_KEY = "bmV3a2V5" * 5 + "bmU="
    with travel(DAY + timedelta(days=1)):
        fill(1, 1, first=2)
        seal()
        assert kinds(verify()) == {"signature"}
        settings.BIHUAN_OLD_PUBLIC_KEYS = old
        assert verify().ok
    assert public_key() not in old.encode()


def test_erasing_and_purging_leave_the_ledger_valid():
    def commit(seq):
        sealed = seal_value(5, seq, "phone", "13800138000", "personal")
        content.insert_many([sealed])
        return {"phone": sealed.commitment}

    append_to(5, "open", SYSTEM, {}, commit)
    seal()
    content.erase(SYSTEM, 5, field="phone", reason="到期")
    append_to(5, "open", SYSTEM, {}, commit)
    content.purge(SYSTEM, 5, reason="涉密")
    seal()
    report = verify()
    assert report.ok
    assert report.entries == 4


def test_findings_are_all_counted_but_few_are_kept(monkeypatch):
    fill(2, 10)
    seal()
    with as_intruder():
        run("UPDATE ledger_entry SET move = 'x'")
    monkeypatch.setattr("bihuan.kernel.ledger.verifying.KEPT", 5)
    report = verify()
    assert (report.count, len(report.findings)) == (20, 5)


def test_progress_is_told_while_verifying():
    fill(2, 10)
    seal()
    told = []
    verify(lambda done, total: told.append((done, total)))
    assert told[-1] == (40, 40)


def test_a_moment_in_the_reports_is_ours():
    with travel(DAY):
        assert verify().at == now()
