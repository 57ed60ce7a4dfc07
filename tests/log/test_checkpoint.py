"""Checkpoints and keys: what is signed, what is kept, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st
from log_streams import chain

from quorate.log import Head
from quorate.log.check import stream_included
from quorate.log.checkpoint import lines, load_key, new_key, parse, prove, public, saved, sign, take
from quorate.log.errors import BadCheckpoint, BadKey, StaleCheckpoint
from quorate.log.stores.memory import MemoryStore


@pytest.fixture
def key(tmp_path):
    return new_key(tmp_path / "key.pem")


@pytest.fixture
def store():
    store = MemoryStore()
    for unit in range(5):
        store.append(chain(f"KP-{unit}", unit + 1))
    return store


def test_a_checkpoint_counts_and_signs_all_heads(store, key):
    checkpoint = take(store, key, origin="the party", at="2016-05-06T09:00")
    assert (checkpoint.size, checkpoint.entries, checkpoint.key) == (5, 15, public(key).hex())
    key.public_key().verify(bytes.fromhex(checkpoint.signature), checkpoint.statement())
    for change in ({"origin": "x"}, {"at": "x"}, {"size": 6}, {"entries": 16}, {"root": "0" * 64}):
        with pytest.raises(InvalidSignature):
            key.public_key().verify(bytes.fromhex(checkpoint.signature), replace(checkpoint, **change).statement())


def test_a_checkpoint_is_one_line_that_can_be_read_back(store, key):
    checkpoint = take(store, key, origin="당 \n", at="2016-05-06T09:00")
    assert "\n" not in checkpoint.text()
    assert parse(checkpoint.text()) == checkpoint
    assert saved(store) == [checkpoint]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at":1}', "nonsense", '"x"'])
def test_a_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadCheckpoint):
        parse(text)


def test_a_checkpoint_with_a_wrong_type_is_refused(store, key):
    text = sign(store.heads(), key, origin="o", at="t").text()
    with pytest.raises(BadCheckpoint, match="'size' has the wrong type"):
        parse(text.replace('"size":5', '"size":"5"'))


def test_a_checkpoint_is_kept_with_its_heads_only_if_it_signs_them(store, key):
    checkpoint = sign(store.heads(), key, origin="o", at="t")
    assert lines(checkpoint, store.heads()).count(b"\ncut ") == 5
    with pytest.raises(StaleCheckpoint, match="over other heads"):
        lines(checkpoint, [*store.heads(), Head("KP-9", 1, "0" * 64)])


def test_a_stream_can_be_proved_to_be_covered_without_showing_the_others(store, key):
    checkpoint = take(store, key, origin="o", at="t")
    for head in store.heads():
        proof = prove(store, checkpoint, head.unit)
        assert stream_included(proof, checkpoint.root)
        assert not stream_included(proof, "0" * 64)
        assert not stream_included(proof.replace(head.hash.encode(), b"0" * 64), checkpoint.root)
    with pytest.raises(StaleCheckpoint, match="no stream of 'KP-9'"):
        prove(store, checkpoint, "KP-9")
    store.append(chain("KP-9", 1))
    with pytest.raises(StaleCheckpoint, match="has grown"):
        prove(store, checkpoint, "KP-1")


@given(st.binary() | st.sampled_from([b"{}", b"[]", b"1", b'{"unit":1,"seq":null,"hash":2,"path":3}', b"[" * 5000]))
def test_a_proof_that_is_garbage_proves_nothing(proof):
    assert not stream_included(proof, "00" * 32)
    assert not stream_included(proof, "garbage")


def test_a_key_is_kept_for_its_owner_only_and_read_back(tmp_path):
    path = tmp_path / "key.pem"
    assert public(new_key(path)) == public(load_key(path))
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_overwritten(tmp_path):
    path = tmp_path / "key.pem"
    new_key(path)
    before = path.read_bytes()
    with pytest.raises(BadKey, match="already"):
        new_key(path)
    assert path.read_bytes() == before


def test_a_key_that_others_may_read_is_refused_until_it_is_closed_to_them(tmp_path):
    path = tmp_path / "key.pem"
    new_key(path)
    path.chmod(0o640)
    with pytest.raises(BadKey, match="chmod 600"):
        load_key(path)


def test_what_is_no_key_is_refused(tmp_path):
    path = tmp_path / "key.pem"
    with pytest.raises(BadKey, match="cannot be read"):
        load_key(path)
    with pytest.raises(BadKey, match="cannot be made"):
        new_key(tmp_path / "nowhere" / "key.pem")
    path.write_text("not a key")
    path.chmod(0o600)
    with pytest.raises(BadKey, match="not an unencrypted Ed25519 key"):
        load_key(path)
