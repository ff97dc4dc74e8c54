"""The page of proofs says what was measured, no more."""

import json

from bench.__main__ import names
from bench.faults.scenarios import ALL
from bench.proof import KEPT, PAGE, PROOFS, Promise, Proof, page


def test_every_proof_has_its_benchmark():
    assert set(PROOFS) <= {*names(), "faults"}, "the injuries are a folder"


def test_every_injury_is_told_of():
    assert {f"{one.name}.acknowledged" for one in ALL} <= {one.figure for one in PROOFS["faults"].promises}


def test_the_page_is_what_was_measured():
    assert PAGE.read_text(encoding="utf-8") == page(json.loads(KEPT.read_text(encoding="utf-8")))


def test_a_bound_is_kept_or_missed(monkeypatch):
    least, most, exact = (
        Promise("a", "a", least=2),
        Promise("b", "b", most=2, short="because"),
        Promise("c", "c", exactly=0),
    )
    assert [least.holds(2), least.holds(1), most.holds(2), most.holds(3), exact.holds(0), exact.holds(1)] == [
        True, False, True, False, True, False,
    ]  # fmt: skip
    assert not least.holds(None)
    monkeypatch.setitem(PROOFS, "x", Proof("X", (most, Promise("d", "told"))))
    text = page({"x": {"on": "now", "machine": "here", "said": {"b": 3, "d": 7}}})
    assert "| b | ≤ 2 | 3 | **no** |" in text
    assert "| told |  | 7 |  |" in text
    assert text.rstrip().endswith("because")
