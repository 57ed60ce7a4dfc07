"""What only readers may see is in nobody's stored bytes, and comes back to those who hold the sealed content."""

import pytest
from clauses.situations import CENTRE, FIRST, PROVINCE, decide_appeal, in_situation

from quorate.log.sealed import SALT
from quorate.state.unit import fold, unsealed

MEMBER, CELL = "cell-1:02", "cell-1"
SECRETS = (
    "took grain from the common store",
    "it was for the children",
    "the store books show it",
    "having read the file",
)
DONE = ("case.", "appeal.", "case-review.", "document.receive")


def appealed():
    """A case from its opening to the centre's answer; the member lodged the appeal themselves."""
    world = in_situation("a warned member's appeal lodged on 25 March 2015")
    decide_appeal(world, "upheld")
    world.must(PROVINCE, "case.enforced", "2015-05-05", actor="insp-chair", ref="case-1", say={"standing": "warned"})
    world.deliver()
    return world


def stored(store, unit):
    """The canonical bytes of what was done in a unit's cases, and of what was delivered there."""
    acts = [entry.act.startswith(DONE) for entry in store.read(unit)]
    return [raw for (_, raw), of_a_case in zip(store.read_raw(unit), acts, strict=True) if of_a_case]


@pytest.mark.parametrize("unit", [PROVINCE, CENTRE, CELL])
def test_neither_sender_nor_receiver_stores_what_is_restricted(unit):
    store = appealed().record.store
    rows = stored(store, unit)
    assert rows
    for raw in rows:
        for secret in (*SECRETS, MEMBER):
            assert secret.encode() not in raw


def test_a_county_case_under_review_is_sealed_in_both_streams():
    world = in_situation("a county's warning sent up for review on 10 April 2015")
    for unit in (FIRST, PROVINCE):
        rows = stored(world.record.store, unit)
        assert rows
        for raw in rows:
            assert not any(
                secret in raw for secret in (b"came late", b"the road was out", b"not the first time", b"cell-1:03")
            )


def test_readers_get_the_content_back():
    world = appealed()
    by_act = {entry.act: world.payload(entry) for entry in world.record.store.read(PROVINCE)}
    assert by_act["case.opened"]["charge"] == SECRETS[0]
    assert by_act["case.opened"]["subject"] == MEMBER
    assert by_act["case.heard"]["statement"] == SECRETS[1]
    assert by_act["case.decided"]["reasons"] == SECRETS[2]
    centre = {entry.act: world.payload(entry) for entry in world.record.store.read(CENTRE)}
    assert centre["appeal.decided"]["reasons"] == SECRETS[3]
    assert centre["document.receive"]["data"]["subject"] == MEMBER


def test_the_state_of_both_units_knows_whom_the_case_is_about():
    world = appealed()
    assert world.record.state(PROVINCE).matters["case-1"].subject == MEMBER
    assert world.record.state(CENTRE).matters["case-1>KP"].subject == MEMBER
    assert world.record.state(CELL).members[MEMBER].standing == "warned"


def test_what_is_public_of_a_case_stays_public():
    world = appealed()
    decided = next(entry for entry in world.record.store.read(PROVINCE) if entry.act == "case.decided")
    assert decided.payload["outcome"] == "warning"
    assert decided.clause == "inspection.discipline"
    assert decided.sealed is not None


def test_each_sealed_content_has_a_salt_of_its_own():
    store = appealed().record.store
    contents = [store.unseal(entry.sealed) for unit in store.units() for entry in store.read(unit) if entry.sealed]
    salts = [content[:SALT] for content in contents]
    assert len(contents) > 6
    assert len(set(salts)) == len(salts)


def test_a_log_whose_sealed_content_was_forgotten_still_folds_and_tells_nothing():
    store = appealed().record.store
    for unit in list(store.units()):
        for entry in store.read(unit):
            if entry.sealed:
                store.redact(entry.sealed)
                assert unsealed(entry, store.unseal) == dict(entry.payload or {})
    case = fold(PROVINCE, store.read(PROVINCE), store.unseal).matters["case-1"]
    assert case.subject is None
    assert [step.stage for step in case.steps] == ["opened", "notified", "heard", "decided", "appealed", "enforced"]
