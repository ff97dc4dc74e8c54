"""Receipts: anybody checks them offline; whatever is tampered with shows."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.errors import NotFound, Unavailable
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.ledger import selectors
from bihuan.kernel.ledger.actions import append_to, seal, verify
from bihuan.kernel.ledger.keys import public_key
from bihuan.kernel.store.sql import run
from bihuan.logic import receipt as offline

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bare_ledger")]


def fill(chains, length):
    for chain in range(1, chains + 1):
        for step in range(length):
            append_to(chain, f"步骤{step}", SYSTEM, {"step": step})


@pytest.fixture
def document():
    fill(3, 5)
    seal()
    return selectors.receipt(2, 3)


def test_a_receipt_holds_and_says_what_it_proves(document):
    result = offline.verify_receipt(document, public_key())
    assert result.ok
    assert (result.chain, result.seq, result.move, result.size) == (2, 3, "步骤2", 15)
    assert result.hash == selectors.history(2)[2].hash.hex()


def test_a_receipt_needs_hundreds_of_rows_not_the_whole_tree(monkeypatch):
    fill(3, 300)
    seal(batch=400)
    read = []

    def counted(*args):
        read.append(run(*args))
        return read[-1]

    monkeypatch.setattr("bihuan.kernel.ledger.proofs.run", counted)
    monkeypatch.setattr("bihuan.kernel.ledger.selectors.run", counted)
    for chain, seq in ((1, 1), (2, 77), (3, 300)):
        read.clear()
        assert offline.verify_receipt(selectors.receipt(chain, seq), public_key()).ok
        assert len(read) == 4
        assert sum(map(len, read)) < 2 * 256 + 10


def test_the_receipt_of_a_day_hangs_on_the_last_head_of_that_day(document):
    fill(1, 2)
    seal()
    again = selectors.receipt(2, 3)
    assert again["position"] == document["position"]
    assert json.loads(again["head"])["size"] == 17
    assert again["head"] == selectors.export_roots()["heads"][-1]["head"]


def test_an_entry_not_yet_sealed_gets_a_clear_answer(document):
    append_to(2, "later", SYSTEM, {})
    with pytest.raises(selectors.NotSealed, match="not sealed yet") as caught:
        selectors.receipt(2, 6)
    assert caught.value.code == "not_sealed"
    with pytest.raises(NotFound):
        selectors.receipt(2, 99)


def flip(text):
    return ("1" if text[0] != "1" else "2") + text[1:]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("entry_altered", lambda d: d | {"entry": d["entry"].replace("步骤2", "步骤3")}),
        ("not_included", lambda d: d | {"hash": flip(d["hash"])}),
        ("not_included", lambda d: d | {"position": d["position"] + 1}),
        ("not_included", lambda d: d | {"position": -1}),
        ("not_included", lambda d: d | {"path": d["path"][:-1]}),
        ("not_included", lambda d: d | {"path": [flip(d["path"][0]), *d["path"][1:]]}),
        ("bad_signature", lambda d: d | {"head": d["head"].replace('"size":15', '"size":16')}),
        ("bad_signature", lambda d: d | {"signature": flip(d["signature"])}),
        ("wrong_key", lambda d: d | {"head": d["head"].replace('"key":"', '"key":"0')}),
        ("malformed", lambda d: d | {"type": "other"}),
        ("malformed", lambda d: d | {"path": 5}),
        ("malformed", lambda d: d | {"position": "3"}),
        ("malformed", lambda d: {}),
        ("malformed", lambda d: None),
        ("malformed", lambda d: d | {"head": "[]"}),
    ],
)
def test_a_tampered_receipt_fails_and_says_why(document, code, change):
    assert offline.verify_receipt(change(document), public_key()).code == code


def test_another_key_does_not_pass(document):
    assert offline.verify_receipt(document, b"x" * 32).code == "wrong_key"


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_rubbish_is_an_outcome_never_a_crash(value):
    assert offline.verify_receipt(value, b"x" * 32).code == "malformed"


def test_the_qr_code_holds_the_receipt_without_the_text(document):
    packed = offline.pack(document)
    assert len(packed) < 1_500
    small = offline.load(packed)
    assert "entry" not in small
    result = offline.verify_receipt(small, public_key())
    assert result.ok
    assert result.hash == document["hash"]
    assert selectors.receipt_qr(document).startswith("<svg")
    for bad in ("BHR1:!!!", "BHR1:AAAA", packed[:-9], "no json"):
        with pytest.raises(ValueError):  # noqa: PT011 - json's and ours
            offline.load(bad)


def test_a_damaged_tree_gives_no_receipt(document):
    run("SET session_replication_role = replica")
    run("DELETE FROM ledger_leaf WHERE position = 14")
    with pytest.raises(Unavailable, match="gaps"):
        selectors.receipt(2, 3)
    run("UPDATE ledger_leaf SET hash = sha256(hash) WHERE position = 0")
    run("INSERT INTO ledger_leaf SELECT 14, 77, 1, hash FROM ledger_leaf WHERE position = 1")
    run("SET session_replication_role = DEFAULT")
    with pytest.raises(Unavailable, match="does not prove"):
        selectors.receipt(2, 3)
    assert not verify().ok


def run_verifier(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "bihuan.logic.receipt", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        **options,
    )


def test_the_stand_alone_verifier_needs_neither_django_nor_a_database(document, tmp_path):
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    key = selectors.public_key_text()
    done = run_verifier(str(file), "--key", key)
    assert (done.returncode, done.stderr) == (0, "")
    assert "未被改动" in done.stdout
    assert f"hash: {document['hash']}" in done.stdout
    (tmp_path / "key").write_text(key)
    assert run_verifier("-", "--key", str(tmp_path / "key"), input=offline.pack(document)).returncode == 0
    file.write_text(json.dumps(document | {"hash": flip(document["hash"])}))
    assert run_verifier(str(file), "--key", key).returncode == 1
    assert run_verifier(str(file), "--key", "short").returncode == 2
    assert run_verifier(str(tmp_path / "none"), "--key", key).returncode == 2
    loaded = (
        "import sys, bihuan.logic.receipt; print([m for m in sys.modules if m.split('.')[0] == 'django'])"
    )
    assert (
        subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
