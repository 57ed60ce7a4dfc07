"""What the audit of procedures says where the cases cannot show it: permissions, a log that hides, doubtful dates."""

from dataclasses import replace

from clauses.situations import in_situation

from audit.forced import Audited, entries_of, force
from quorate.state.unit import unsealed
from quorate.terms.act import Act

CASE = "a disciplinary case of which the member was notified on 3 March 2015"
HEARD = {"statement": "it was for the children"}


def broken(entries, record, until="2015-04-30"):
    """What procedures find against acts, and whom they do not allow them."""
    audited = Audited(entries, record.charter, until)
    rows = [row for row in audited.rows("procedure") if row["key"] == row["entry"]]
    allowed = {row["entry"]: row["ok"] for row in audited.permits("procedure")}
    unknown = [row for row in audited.rows("procedure") if row["sure"] is None]
    audited.close()
    return {row["entry"]: row["how"] for row in rows}, allowed, unknown


def test_who_may_not_take_a_stage_is_told_from_who_may():
    record = in_situation(CASE).record
    act = Act("case.heard", "KP-13", "2015-03-12T10:00", "chief", ref="case-1", payload=HEARD)
    entry = force(record, act)
    found, allowed, _ = broken(entries_of(record), record)
    assert (found, allowed.pop(entry.entry)) == ({}, False)
    assert set(allowed.values()) == {True}


def test_what_a_log_hides_is_not_missed_and_what_it_opens_is_judged():
    record = in_situation(CASE).record
    taken = force(record, Act("case.heard", "KP-13", "2015-03-12T10:00", "cell-1:02", ref="case-1", payload=HEARD))
    hidden, _, _ = broken(entries_of(record), record)
    shown = [replace(e, payload=unsealed(e, record.store.unseal) or None) for e in entries_of(record)]
    open_, _, _ = broken(shown, record)
    assert hidden == {}, "the log does not tell that it is the member's own case"
    assert open_ == {taken.entry: "own case"}


def test_a_stage_taken_on_a_day_in_doubt_is_too_soon_only_if_it_certainly_was():
    record = in_situation(CASE).record
    entry = force(record, Act("case.heard", "KP-13", "2015-03-08T10:00", "insp-chair", ref="case-1", payload=HEARD))
    log = entries_of(record)
    assert broken(log, record)[0] == {entry.entry: "too soon"}
    doubtful = [replace(e, at_latest="2015-03-20T10:00") if e.entry == entry.entry else e for e in log]
    found, _, unknown = broken(doubtful, record)
    assert found == {}
    assert {row["clause"] for row in unknown} == {"inspection.discipline"}
