"""Roots and proofs: against the vectors of Certificate Transparency, and the prover against the checker."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.log import Head
from quorate.log.check import consistent, head_leaf, included, tree_root
from quorate.log.merkle import consistency, inclusion, leaf, root

# github.com/google/certificate-transparency, merkletree/merkle_tree_test.cc (cpp), the eight-leaf test tree
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
B = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
C = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
D = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
E = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"


def test_the_tree_without_leaves_has_the_hash_of_nothing():
    assert root([]) == tree_root([]) == hashlib.sha256().digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_tree(size):
    assert root(LEAVES[:size]).hex() == tree_root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(0, 1, []), (0, 8, [E, A, D]), (5, 8, [B, C, ROOTS[3]]), (2, 3, [ROOTS[1]]), (1, 5, [ROOTS[0], A, B])],
)
def test_inclusion_proofs_are_those_of_the_reference_tree(index, size, path):
    assert [item.hex() for item in inclusion(LEAVES[:size], index)] == path


@pytest.mark.parametrize(
    ("old", "new", "path"), [(1, 1, []), (1, 8, [E, A, D]), (6, 8, [F, C, ROOTS[3]]), (2, 5, [A, B])]
)
def test_consistency_proofs_are_those_of_the_reference_tree(old, new, path):
    assert [item.hex() for item in consistency(LEAVES[:new], old)] == path


def some(size):
    return [number.to_bytes(2, "big") for number in range(size)]


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_an_inclusion_proof_holds_for_its_leaf_and_place_and_no_other(case):
    size, index = case
    leaves, path = some(size), inclusion(some(size), index)
    top = root(leaves)
    assert included(leaves[index], index, size, path, top)
    assert not included(b"other", index, size, path, top)
    assert not included(leaves[index], index, size, path, bytes(32))
    assert not included(leaves[index], index, size, [*path, bytes(32)], top)
    assert not any(included(leaves[index], other, size, path, top) for other in range(-1, size + 1) if other != index)
    if path:
        assert not included(leaves[index], index, size, path[:-1], top)


@given(st.integers(1, 70).flatmap(lambda new: st.tuples(st.just(new), st.integers(1, new))))
def test_a_consistency_proof_holds_for_its_trees_and_no_others(case):
    new, old = case
    leaves, path = some(new), consistency(some(new), old)
    before, after = root(leaves[:old]), root(leaves)
    assert consistent(old, new, before, after, path)
    assert not consistent(old, new, bytes(32), after, path)
    assert not consistent(old, new, before, bytes(32), path)
    assert not consistent(0, new, before, after, path)
    assert not consistent(new + 1, new, before, after, path)
    assert not consistent(old, new, before, after, [*path, bytes(32)])
    if path:
        assert not consistent(old, new, before, after, path[:-1])


@given(st.integers(2, 40), st.data())
def test_a_bit_flipped_anywhere_in_a_proof_breaks_it(size, data):
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    leaves = some(size)
    for which, path in (("in", inclusion(leaves, index)), ("con", consistency(leaves, old))):
        place, bit = data.draw(st.integers(0, len(path) * 32 - 1)), data.draw(st.integers(0, 7))
        flipped = bytearray(path[place // 32])
        flipped[place % 32] ^= 1 << bit
        path[place // 32] = bytes(flipped)
        if which == "in":
            assert not included(leaves[index], index, size, path, root(leaves))
        else:
            assert not consistent(old, size, root(leaves[:old]), root(leaves), path)


@given(
    st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 2**53 - 1), st.binary(min_size=32, max_size=32)
)
def test_prover_and_checker_write_the_same_leaf(unit, seq, digest):
    assert leaf(Head(unit, seq, digest.hex())) == head_leaf(unit, seq, digest.hex())
