"""Values: readable with the key, noise without it, and the chain none the worse."""

import base64
import json

import pytest
from django.db import InternalError, ProgrammingError, connection

from bihuan.kernel.content import actions
from bihuan.kernel.content.selectors import ERASED, SHOWN, WITHHELD, altered, open_values, readings
from bihuan.kernel.content.values import Ref, seal_value
from bihuan.kernel.errors import BadInput, NotFound, Unavailable
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.ledger.actions import append_to
from bihuan.kernel.store.sql import run

pytestmark = pytest.mark.usefixtures("bare_ledger")

OFFICER = Actor(Kind.POST, user=7, post=9, role="officer", unit=3)
TEXT = "张三 的电话 138 0013 8000 🌸\x00末"


def write(chain=5, field="need", text=TEXT, cls="personal", withheld=""):
    def commit(seq):
        sealed = seal_value(chain, seq, field, text, cls, withheld)
        actions.insert_many([sealed])
        return {field: sealed.commitment}

    return append_to(chain, "open", SYSTEM, {}, commit)


def other_key(letter):
    return base64.b64encode(letter * 32).decode()


@pytest.mark.django_db
def test_a_value_reads_back_and_matches_its_commitment():
    write()
    ref = Ref(5, 1, "need")
    value = open_values(5)[ref]
    assert (value.state, value.text, value.cls) == (SHOWN, TEXT, "personal")
    said = json.loads(run("SELECT text FROM ledger_entry WHERE chain_id = 5")[0][0])
    assert len(said["fields"]["need"]) == 64
    assert altered(5) == []
    assert TEXT not in str(run("SELECT * FROM content_value"))


@pytest.mark.django_db
def test_a_value_exchanged_by_a_holder_of_the_key_is_found():
    write()
    write(field="note", cls="open")
    run("DELETE FROM content_key WHERE field = 'need'")
    run("SET LOCAL session_replication_role = replica")
    run("DELETE FROM content_value WHERE field = 'need'")
    actions.insert_many([seal_value(5, 1, "need", "another text", "personal")])
    assert altered(5) == [Ref(5, 1, "need")]


@pytest.mark.django_db
def test_two_equal_values_share_neither_cipher_nor_commitment():
    one, two = seal_value(1, 1, "a", "same", "open"), seal_value(1, 1, "a", "same", "open")
    assert one.value.cipher != two.value.cipher
    assert one.commitment != two.commitment


@pytest.mark.django_db
def test_another_master_key_opens_nothing(settings):
    write()
    settings.BIHUAN_CONTENT_KEY = other_key(b"x")
    with pytest.raises(Unavailable, match="not set here"):
        open_values(5)


@pytest.mark.django_db
@pytest.mark.parametrize("keys", ["", "  ", "short", base64.b64encode(b"k" * 16).decode(), "~~~"])
def test_a_missing_or_malformed_master_key_is_named(settings, keys):
    settings.BIHUAN_CONTENT_KEY = keys
    with pytest.raises(Unavailable):
        seal_value(1, 1, "a", "text", "open")


@pytest.mark.django_db
def test_a_value_moved_to_another_place_does_not_open():
    write()
    run(
        "INSERT INTO content_value (chain_id, seq, size, field, cls, cipher)"
        " SELECT 6, seq, size, field, cls, cipher FROM content_value WHERE chain_id = 5"
    )
    run(
        "INSERT INTO content_key (chain_id, seq, field, kek, withheld, wrapped)"
        " SELECT 6, seq, field, kek, withheld, wrapped FROM content_key WHERE chain_id = 5"
    )
    with pytest.raises(Unavailable, match="altered or moved"):
        open_values(6)


@pytest.mark.django_db
def test_erasing_leaves_noise_an_entry_and_a_name():
    write()
    gone = actions.erase(OFFICER, 5, field="need", reason="本人要求删除")
    assert gone == [Ref(5, 1, "need")]
    values = open_values(5)
    assert values[Ref(5, 1, "need")].state == ERASED
    assert values[Ref(5, 2, "reason")].text == "本人要求删除"
    said = json.loads(run("SELECT text FROM ledger_entry WHERE chain_id = 5 AND seq = 2")[0][0])
    assert said["move"] == "content.erase"
    assert said["facts"] == {"values": [[1, "need"]]}
    assert said["actor"]["post"] == 9
    assert altered(5) == []


@pytest.mark.django_db
def test_purging_takes_all_keys_of_the_chain_and_tells_the_hooks(monkeypatch):
    write()
    write(field="note", cls="open")
    told = []
    monkeypatch.setattr(actions, "purge_hooks", [lambda chain, refs: told.append((chain, refs))])
    actions.purge(OFFICER, 5, reason="涉密")
    assert told == [(5, [Ref(5, 1, "need"), Ref(5, 2, "note")])]
    states = {ref.field: value.state for ref, value in open_values(5).items()}
    assert states == {"need": ERASED, "note": ERASED, "reason": SHOWN}


@pytest.mark.django_db
def test_nothing_to_erase_or_no_reason_writes_nothing():
    write()
    with pytest.raises(NotFound):
        actions.erase(OFFICER, 5, field="other", reason="x")
    with pytest.raises(BadInput):
        actions.erase(OFFICER, 5, field="need", reason=" ")
    with pytest.raises(BadInput):
        actions.erase(OFFICER, 5, reason="everything?")
    assert open_values(5)[Ref(5, 1, "need")].state == SHOWN
    assert run("SELECT count(*) FROM ledger_entry") == [(1,)]


@pytest.mark.django_db
def test_a_sealed_bid_is_withheld_until_its_stage():
    write(field="bid", text="12345.67", cls="sealed", withheld="opening")
    ref = Ref(5, 1, "bid")
    assert open_values(5)[ref].state == WITHHELD
    assert actions.read_many([ref], OFFICER, "look")[ref].text == ""
    assert readings(5) == []
    actions.release(OFFICER, 5, "opening", reason="开标")
    assert open_values(5)[ref].text == "12345.67"
    actions.hold(OFFICER, 5, "ruling", field="bid", reason="异议")
    assert open_values(5)[ref].withheld == "ruling"


@pytest.mark.django_db
def test_reading_a_personal_value_is_written_down_with_its_reason():
    write()
    write(field="title", text="open text", cls="open")
    refs = [Ref(5, 1, "need"), Ref(5, 2, "title")]
    with pytest.raises(BadInput):
        actions.read_many(refs, OFFICER, "  ")
    values = actions.read_many(refs, OFFICER, "回访")
    assert values[refs[0]].text == TEXT
    (read,) = readings(5)
    assert (read.ref, read.user, read.post, read.why) == (refs[0], 7, 9, "回访")
    assert actions.read_many([], OFFICER, "nothing") == {}


@pytest.mark.django_db
def test_rotation_rewraps_in_batches_and_lets_the_old_key_go(settings):
    for chain in range(1, 8):
        write(chain)
    actions.erase(OFFICER, 3, field="need", reason="x")
    settings.BIHUAN_CONTENT_KEY = f"{other_key(b'n')}\n{settings.BIHUAN_CONTENT_KEY}"
    assert actions.rotate(batch=3) == 7
    assert actions.rotate() == 0
    settings.BIHUAN_CONTENT_KEY = other_key(b"n")
    assert open_values(1)[Ref(1, 1, "need")].text == TEXT
    assert open_values(3)[Ref(3, 1, "need")].state == ERASED


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["content_value", "content_reading"])
def test_values_and_readings_only_grow(table):
    with pytest.raises((ProgrammingError, InternalError), match="insert-only"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
