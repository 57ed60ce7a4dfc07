"""A club lives on, honestly and not: after every step its record keeps what Quorate promises."""

from collections import Counter
from dataclasses import replace

from clauses.world import charter_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from quorate.clauses import View
from quorate.clauses.election import capacity_of
from quorate.clauses.quorum import Quorum
from quorate.errors import QuorateError
from quorate.log import RECEIVE, Entry
from quorate.log.stores.memory import MemoryStore
from quorate.run.fill import fill
from quorate.run.kernel import stages
from quorate.run.record import Record, Version
from quorate.state.unit import UnitState, fold, unsealed
from quorate.terms import dates
from quorate.terms.act import Act
from run.lives import UNITS, act_for, new_club

SETTLED = {
    "carried": True,
    "elected": ["stranger"],
    "seated": ["stranger"],
    "until": "2099-01-01",
    "replaces": True,
    "send": [{"to": "club", "kind": "appointment", "data": {"post": "president", "person": "stranger"}}],
    "founds": {"unit": "north", "tier": "section", "parent": "club", "name": "North"},
    "opens": {"kind": "inquiry", "stage": "decided", "clause": "inquiry"},
    "final": True,
    "imposed": True,
    "entitled": 1,
    "seats_by_unit": {"east": 5},
}
SECRETS = (b"sang too loud", b"he sang", b"We have read it")
numbers = st.lists(st.integers(0, 839), min_size=10, max_size=10)


class Club(RuleBasedStateMachine):
    """Acts right and wrong in a club and its sections, tricks, and the post between them."""

    broken = True

    @initialize()
    def begin(self):
        self.record = new_club()
        self.shadow = {unit: UnitState(unit) for unit in UNITS}
        self.done = []
        self.follow(None)
        self.broken = False

    # --- what people do

    @rule(row=numbers)
    def somebody_acts(self, row):
        self.attempt(act_for(self.record, row))

    def sitting(self, row):
        """Open a full meeting of a section, so that lives get somewhere: the unit, day, chair, size and columns."""
        unit = ("east", "west")[row[0] % 2]
        state = self.record.state(unit)
        day = dates.add(dates.day(state.last), 1 + row[1] % 20, "days")
        everyone = sorted(View(self.record.charter, state, day).members("section-meeting"))
        present = everyone[: len(everyone) // 2 + 1 - row[9] % 3] if row[9] % 3 else everyone
        say = {"on": day, "agenda": []}
        chair = present[row[2] % len(present)] if present else "stranger"
        called = self.attempt(Act("meeting.convene", unit, day, chair, organ="section-meeting", payload=say))
        how = {"meeting": called.meeting if called else "none"}
        self.attempt(Act("meeting.open", unit, day, chair, payload={"present": present}, **how))
        return unit, day, chair, len(present), how

    @rule(row=numbers)
    def a_section_admits_somebody(self, row):
        unit, day, chair, size, how = self.sitting(row)
        ref, newcomer = (None, f"{unit}:{50 + row[3] % 9}", chair)[row[4] % 3], f"{unit}:{50 + row[5] % 9}"
        say = {"business": "admission", "text": "Let them in", "motion": f"{how['meeting']}/in"}
        self.attempt(Act("motion.put", unit, day, chair, ref=ref, payload=say, **how))
        say = {"motion": say["motion"], "for": size - row[6] % 2 * (size // 2 + 1)}
        self.attempt(Act("motion.vote", unit, day, chair, payload=say, **how))
        act = Act("member.admit", unit, day, f"{unit}:1", subject=newcomer, ref=say["motion"], payload={"name": "N"})
        assert not self.attempt(act) or ref in (None, newcomer), "a motion about one person admits no other"
        self.attempt(Act("meeting.close", unit, day, chair, **how))

    @rule(row=numbers)
    def a_section_elects_twice_over(self, row):
        unit, day, chair, size, how = self.sitting(row)
        fills, most = (("warden", 1), ("council", 3))[row[3] % 2]
        for number in range(1 + row[4] % 2):
            say = {"fills": fills, "seats": 1 + row[5 + number] % most, "election": f"{how['meeting']}/{number}"}
            self.attempt(Act("election.call", unit, day, chair, payload=say, **how))
        for number in range(1 + row[4] % 2):
            election = {"election": f"{how['meeting']}/{number}"}
            persons = [f"{unit}:{2 + (row[7] + place) % 6}" for place in range(1 + row[8] % 3)]
            self.attempt(Act("election.nominate", unit, day, chair, payload={**election, "persons": persons}, **how))
            ballots = [[size, persons[0] if fills == "warden" else persons]]
            self.attempt(Act("election.count", unit, day, chair, payload={**election, "ballots": ballots}, **how))
        self.attempt(Act("meeting.close", unit, day, chair, **how))

    @rule(row=numbers)
    def the_elected_are_put_forward_confirmed_and_seated(self, row):
        unit = ("east", "west")[row[0] % 2]
        state, say = self.record.state(unit), {"post": "warden"}
        for _, person in sorted(state.claims):
            self.attempt(Act("office.nominate", unit, state.last, f"{unit}:1", subject=person, payload=say))
            self.the_post_goes_round()
            club = self.record.state("club")
            for nomination in list(club.nominations):
                self.attempt(Act("nomination.approve", "club", club.last, "club:01", ref=nomination))
            self.the_post_goes_round()
            who = (person, f"{unit}:1", f"{unit}:3")[row[1] % 3]
            self.attempt(Act("office.take", unit, state.last, who, subject=person, payload=say))

    @rule(row=numbers)
    def the_elected_are_sent_to_the_council(self, row):
        state, say = self.record.state("club"), {"conference": "council"}
        if row[0] % 4 == 0:
            numbers_ = {"east": 4 + row[1] % 5, "west": 2 + row[2] % 5}
            self.attempt(
                Act("conference.apportion", "club", state.last, "club:01", payload={**say, "members": numbers_})
            )
        self.the_post_goes_round()
        for unit in ("east", "west"):
            here = self.record.state(unit)
            elections = [e for e in here.elections.values() if e.fills == "council" and e.elected]
            persons = sorted({person for e in elections for person in e.elected})
            self.attempt(Act("credential.issue", unit, here.last, f"{unit}:1", payload={**say, "persons": persons}))
        self.the_post_goes_round()
        for _, person in list(state.credentials):
            checked = {**say, "accepted": True}
            self.attempt(Act("credential.check", "club", state.last, "club:01", subject=person, payload=checked))

    @rule(row=numbers)
    def a_member_moves_on(self, row):
        unit, other = [("east", "west"), ("west", "east")][row[0] % 2]
        state, person = self.record.state(unit), f"{('east', 'west')[row[1] % 2]}:{1 + row[2] % 7}"
        self.attempt(Act("member.transfer", unit, state.last, f"{unit}:1", subject=person, payload={"to": other}))
        self.the_post_goes_round()
        for where in (other, unit)[: 1 + row[3] % 2]:
            say = {"standing": "full"} if row[4] % 3 == 0 else {}
            self.attempt(
                Act("member.admit", where, self.record.state(where).last, f"{where}:1", subject=person, payload=say)
            )

    @rule(row=numbers)
    def a_complaint_is_brought_and_appealed(self, row):
        unit = ("east", "west")[row[0] % 2]
        ref, subject = f"x{row[1] % 3}", f"{unit}:{2 + row[2] % 5}"
        stages_ = [
            ("opened", f"{unit}:1", {"charge": "sang too loud"}),
            ("decided", f"{unit}:1", {"reasons": "he sang"}),
        ]
        for stage, actor, say in (*stages_, ("appealed", subject, {})):
            about = subject if stage == "opened" else None
            at = self.record.state(unit).last
            self.attempt(Act(f"complaint.{stage}", unit, at, actor, ref=ref, subject=about, payload=say))
        self.the_post_goes_round()
        club = self.record.state("club")
        appeals = club.by_kind.get("complaint-appeal", ())
        assert all(club.matters[appeal.id] is appeal for appeal in appeals), "no matter takes another one's place"
        say = {"reasons": "We have read it", "outcome": "upheld"}
        for appeal in list(appeals)[: row[3] % 3]:
            self.attempt(Act("complaint-appeal.decided", "club", club.last, "club:02", ref=appeal.id, payload=say))

    @rule()
    def the_post_goes_round(self):
        before = list(self.record.store.heads())
        count = self.record.deliver()
        assert count or list(self.record.store.heads()) == before
        self.follow(None)

    # --- what cheats do

    @rule(row=numbers, who=st.sampled_from([None, "stranger"]))
    def nobody_without_a_place_in_the_club_does_anything(self, row, who):
        assert not self.attempt(replace(act_for(self.record, row), actor=who))

    @rule(row=numbers, key=st.sampled_from(sorted(SETTLED)))
    def nobody_states_what_the_charter_settles(self, row, key):
        act = act_for(self.record, row)
        assert not self.attempt(replace(act, payload={**act.payload, key: SETTLED[key]}))

    @rule(row=numbers, office=st.sampled_from(["president", "bursar", "speaker", "warden", "guide"]))
    def nobody_signs_with_an_office_they_do_not_hold(self, row, office):
        act = replace(act_for(self.record, row), office=office)
        state = self.record.state(act.unit)
        held = {t.person for t in View(self.record.charter, state, act.at).holders(office)}
        assert not self.attempt(act) or act.actor in held

    @rule(pick=st.integers(0, 99))
    def what_was_done_is_done_again(self, pick):
        if self.done:
            act = self.done[pick % len(self.done)]
            self.attempt(replace(act, at=self.record.state(act.unit).last))

    @rule(row=numbers, days=st.integers(1, 400))
    def nothing_is_dated_before_the_last_entry(self, row, days):
        act = act_for(self.record, row)
        assert not self.attempt(replace(act, at=dates.add(self.record.state(act.unit).last, -days, "days")))

    # --- keeping up

    def attempt(self, act):
        """Act; the entry, or None. What is refused changes nothing."""
        before = list(self.record.store.heads())
        try:
            found = self.record.act(act)
        except QuorateError:
            found = None
        if not isinstance(found, Entry):
            assert list(self.record.store.heads()) == before
            return None
        self.done.append(act)
        self.follow(act)
        return found

    def follow(self, act):
        """Take in what was recorded since, and judge it on the state before it."""
        rules, store = self.record.charter, self.record.store
        for unit, state in self.shadow.items():
            for entry in store.read(unit, state.seq):
                if entry.act not in ("unit.open", RECEIVE):
                    assert act is not None
                    self.broken = True  # until judged
                    self.judge(rules, state, entry, fill(replace(act, at=entry.at_earliest), state))
                    self.broken = False
                state.apply(entry, unsealed(entry, store.unseal))

    def judge(self, rules, state, entry, act):
        view = View(rules, state, entry.at_earliest)
        assert rules.by_id[entry.clause].permit(act, view) is True, "the clause cited permits it"
        assert not [c.id for c in rules.speaking(state.tier, act.verb) if c.guard(act, view)], "none forbids it"
        if entry.act in ("motion.vote", "election.count"):
            meeting = state.meetings[entry.meeting]
            here = view.present(meeting)
            assert meeting.status == "open"
            quorum = next(clause for clause in rules.of(Quorum) if clause.organ == meeting.organ)
            assert quorum.met(len(here), len(view.members(meeting.organ)), rules), "no vote without a quorum"
            assert sum(act.get(side, 0) for side in ("for", "against", "abstain")) <= len(here)

    # --- what always holds

    @invariant()
    def no_post_has_more_holders_than_seats(self):
        rules = self.record.charter
        for unit in UNITS:
            view = View(rules, self.record.state(unit), self.record.state(unit).last)
            for post in (*rules.offices, "board"):
                full = [tenure for tenure in view.holders(post) if not tenure.acting]
                assert len(full) <= (capacity_of(post, rules) or 0), (unit, post)
                assert len({tenure.person for tenure in full}) == len(full)

    @invariant()
    def one_member_has_one_basic_organisation(self):
        homes = Counter(
            member.person
            for unit in UNITS
            for member in self.record.state(unit).members.values()
            if member.left is None
        )
        assert not [person for person, count in homes.items() if count > 1]

    @invariant()
    def books_balance(self):
        assert sum(self.record.state("club").ledger.balances.values()) == 0

    @invariant()
    def no_more_accepted_representatives_than_seats(self):
        state = self.record.state("club")
        granted = state.apportioned.get("council")
        seated = View(self.record.charter, state, state.last).members("council")
        assert len(seated) <= (sum(granted[0].values()) if granted else 0)

    @invariant()
    def nobody_is_counted_as_present_who_is_not_a_member(self):
        for unit in UNITS:
            state = self.record.state(unit)
            view = View(self.record.charter, state, state.last)
            for meeting in state.meetings.values():
                assert view.present(meeting) <= view.members(meeting.organ)

    def teardown(self):
        if self.broken:
            return
        store = self.record.store
        sent, received = Counter(), Counter()
        for unit in UNITS:
            assert fold(unit, store.read(unit), store.unseal) == self.record.state(unit) == self.shadow[unit]
            for entry, (_, raw) in zip(store.read(unit), store.read_raw(unit), strict=True):
                assert not any(secret in raw for secret in SECRETS), "what is restricted is sealed"
                for document in (entry.payload or {}).get("send", ()):
                    sent[(document["to"], entry.entry)] += 1
                if entry.act == RECEIVE:
                    received[(unit, entry.ref)] += 1
        assert set(received.values()) <= {1}
        assert set(received) <= set(sent)
        self.again()

    def again(self):
        """The same entries in a store of its own give a record in the same state."""
        charter = charter_of("club")
        other = Record(MemoryStore(), [Version(charter, stages(charter))])
        old = self.record.store
        for unit in UNITS:
            entries = list(old.read(unit))
            other.store.append(entries, {e.sealed: old.unseal(e.sealed) for e in entries if e.sealed})
        assert all(other.state(unit) == self.record.state(unit) for unit in UNITS)


Club.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestClub = Club.TestCase
