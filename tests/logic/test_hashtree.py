"""The tree against a naive reading of RFC 9162, and proofs that hold and that fail."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic import hashtree as tree

SIZES = st.integers(1, 70)


def leaves(size):
    return [tree.leaf_hash(str(i).encode()) for i in range(size)]


def naive(hashes):
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(hashes[:k]) + naive(hashes[k:])).digest()


def fetcher(hashes):
    """Answer complete nodes only, as the store does."""

    def fetch(nodes):
        for level, index in nodes:
            assert (index + 1) << level <= len(hashes)
        return [naive(hashes[index << level : (index + 1) << level]) for level, index in nodes]

    return fetch


def flipped(value):
    return bytes([value[0] ^ 1]) + value[1:]


def test_known_roots_of_the_reference_tree():
    """The test vectors of the certificate-transparency reference (RFC 6962)."""
    data = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", bytes(range(0x50, 0x58))]
    found = [tree.root(map(tree.leaf_hash, data[:size])).hex()[:16] for size in range(4)]
    assert found == ["e3b0c44298fc1c14", "6e340b9cffb37a98", "fac54203e7cc696c", "aeb6bcfe274b70a1"]


@given(st.integers(0, 70))
def test_the_frontier_grows_the_naive_root_and_packs(size):
    frontier, hashes, seen = tree.Frontier(), leaves(size), {}
    for leaf in hashes:
        seen |= dict(frontier.append(leaf))
        frontier = tree.Frontier.load(frontier.size, frontier.pack())
    assert frontier.root() == naive(hashes) == tree.root(hashes)
    for (level, index), value in seen.items():
        assert value == naive(hashes[index << level : (index + 1) << level])
    assert len(seen) == size - size.bit_count() if size else not seen


@given(SIZES, st.data())
def test_an_inclusion_proof_holds_and_nothing_else_does(size, data):
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    top = naive(hashes)
    path = tree.proof(tree.inclusion_ranges(index, size), fetcher(hashes))
    assert tree.check_inclusion(hashes[index], index, size, path, top)
    assert not tree.check_inclusion(flipped(hashes[index]), index, size, path, top)
    assert not tree.check_inclusion(hashes[index], index, size, path, flipped(top))
    assert not tree.check_inclusion(hashes[index], index, size, [*path, top], top)
    assert not tree.check_inclusion(hashes[index], size, size, path, top)
    if path:
        step = data.draw(st.integers(0, len(path) - 1))
        broken = [flipped(p) if i == step else p for i, p in enumerate(path)]
        assert not tree.check_inclusion(hashes[index], index, size, broken, top)
        assert not tree.check_inclusion(hashes[index], index, size, path[:-1], top)
        other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index))
        assert not tree.check_inclusion(hashes[index], other, size, path, top)


@given(SIZES, st.data())
def test_a_consistency_proof_holds_and_nothing_else_does(size, data):
    old = data.draw(st.integers(1, size))
    hashes = leaves(size)
    before, top = naive(hashes[:old]), naive(hashes)
    path = tree.proof(tree.consistency_ranges(old, size), fetcher(hashes))
    assert tree.check_consistency(old, size, before, top, path)
    assert not tree.check_consistency(old, size, flipped(before), top, path)
    assert not tree.check_consistency(old, size, before, flipped(top), path)
    assert not tree.check_consistency(old, size, before, top, [*path, top])
    rewritten = [flipped(hashes[0]), *hashes[1:]]
    forged = tree.proof(tree.consistency_ranges(old, size), fetcher(rewritten))
    assert not tree.check_consistency(old, size, before, naive(rewritten), forged)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 2)])
def test_no_proof_for_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="no such leaf"):
        tree.inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_no_proof_between_trees_in_the_wrong_order(old, size):
    with pytest.raises(ValueError, match="older tree"):
        tree.consistency_ranges(old, size)
    assert not tree.check_consistency(old, size, tree.EMPTY, tree.EMPTY, [])


def test_a_frontier_that_does_not_fit_its_size_is_refused():
    with pytest.raises(ValueError, match="do not fit"):
        tree.Frontier.load(3, b"x" * 32)
