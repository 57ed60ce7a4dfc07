"""A small life of the Debian project under its constitution, through the kernel alone: the charter is only data."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.charter.read import files_of, load, load_files
from quorate.clauses import View
from quorate.log import Entry
from quorate.log.stores.memory import MemoryStore
from quorate.run.record import create
from quorate.terms.act import Act, Refusal

FOLDER = Path(__file__).resolve().parents[2] / "charters" / "debian-project"
UNIT = "debian"
NOTA = "None of the above"
DEVELOPERS = 144  # Q = 6 and K = 5; the quorum of 3Q is 18
LEADER, SECRETARY, CHAIR, MANAGER = 1, 2, 3, 20
COMMITTEE = (3, 4, 5, 6, 7)


def dev(number):
    return f"{UNIT}:{number}"


def devs(first, last):
    return [dev(number) for number in range(first, last + 1)]


def statement(developers=DEVELOPERS):
    """The project as it stands: its developers, and who holds what."""
    term = {"since": "2023-04-21", "until": "2024-04-21"}
    holders = [{"person": dev(LEADER), "post": "leader", **term}, {"person": dev(SECRETARY), "post": "secretary"}]
    holders += [{"person": dev(number), "post": "committee-member"} for number in COMMITTEE]
    holders += [{"person": dev(CHAIR), "post": "committee-chair"}, {"person": dev(MANAGER), "post": "account-manager"}]
    members = [{"person": p, "name": f"Developer {p}", "standing": "developer"} for p in devs(1, developers)]
    return {"members": members, "holders": holders}


class Life:
    """A record in memory and short ways to act in it."""

    def __init__(self, developers=DEVELOPERS):
        self.record = create(MemoryStore(), files_of(FOLDER), "2024-01-01")
        self.record.open_unit(UNIT, "2024-01-01", statement(developers))

    def try_(self, verb, at, actor, **rest):
        columns = {name: rest.pop(name) for name in ("organ", "office", "subject", "meeting", "ref") if name in rest}
        who = dev(actor) if isinstance(actor, int) else actor
        return self.record.act(Act(verb, UNIT, at, actor=who, payload=rest, **columns))

    def do(self, verb, at, actor, **rest):
        found = self.try_(verb, at, actor, **rest)
        assert isinstance(found, Entry), str(found)
        return found

    def refused(self, clause, verb, at, actor, **rest):
        found = self.try_(verb, at, actor, **rest)
        assert isinstance(found, Refusal), f"{verb} was recorded under {found.clause}"
        assert found.clause == clause, str(found)
        return found.message

    def holders(self, post, at):
        return [t.person for t in View(self.record.charter, self.record.state(UNIT), at).holders(post)]

    def poll(self, meeting, on, voters, organ="developers", by=30, called="2024-02-01", **sponsors):
        """A meeting of developers called and its polls opened by the secretary."""
        self.do("meeting.convene", called, by, organ=organ, meeting=meeting, on=on, **sponsors)
        self.do("meeting.open", on, SECRETARY, meeting=meeting, present=voters)

    def put(self, meeting, business, options, by=SECRETARY, **rest):
        """A question put as soon as the polls of a meeting are open, under the meeting's own name."""
        say = {"meeting": meeting, "motion": meeting, "business": business, "text": "?", "options": options}
        self.do("motion.put", self.record.state(UNIT).last, by, **say, **rest)

    def resolve(self, meeting, at, business, options, ballots, by=SECRETARY, casting=None, **rest):
        """A motion put to an open poll, and its votes."""
        self.put(meeting, business, options, by, **rest)
        cast = {"casting": casting} if casting else {}
        return self.do("motion.vote", at, by, meeting=meeting, motion=meeting, ballots=ballots, **cast).payload

    def call_leader_election(self, meeting, nominees, on="2024-04-06", voters=None):
        """An election of the leader called, its polls opened and the candidates entered by the secretary."""
        voters = voters or devs(1, 60)
        self.poll(meeting, on, voters, organ="electorate", by=SECRETARY, called="2024-03-09")
        self.do("election.call", on, SECRETARY, meeting=meeting, election=meeting, fills="leader", seats=1)
        self.do("election.nominate", on, SECRETARY, meeting=meeting, election=meeting, persons=nominees)

    def elect_leader(self, meeting, nominees, ballots):
        """An election of the leader, from the call to the count two weeks after the polls opened."""
        self.call_leader_election(meeting, nominees)
        return self.do(
            "election.count", "2024-04-20", SECRETARY, meeting=meeting, election=meeting, ballots=ballots
        ).payload

    def committee(self, meeting, at, present=COMMITTEE):
        """A sitting of the technical committee."""
        self.do("meeting.convene", at, 4, organ="technical-committee", meeting=meeting, on=at)
        self.do("meeting.open", at, 4, meeting=meeting, present=[dev(number) for number in present])


@pytest.fixture
def life():
    return Life()


def sponsored(*numbers):
    return {"sponsors": [dev(number) for number in numbers]}


K = sponsored(31, 32, 33, 34, 35)
REPEAL = {"A": "one text", "B": "another text"}


# --- the charter


def test_the_charter_is_read_without_findings_and_states_every_rule_of_its_register():
    charter, findings = load(FOLDER)
    assert findings == ()
    assert charter is not None
    assert set(charter.register) <= set(charter.by_id)


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        pytest.param(
            'ratios: {constitution-amendment: "3/1"',
            'ratios: {constitution-amendmend: "3/1"',
            "gr.majority",
            ("no kind of business `constitution-amendmend`", "constitution-amendment"),
            id="a majority for a kind of business there is not",
        ),
        pytest.param(
            'override-technical: "2/1"',
            'override-technical: "1/2"',
            "gr.majority",
            ("1/2",),
            id="a majority under one to one",
        ),
        pytest.param(
            "casting: {offices: [leader]}",
            "casting: {offices: [leeder]}",
            "gr.majority",
            ("no office `leeder`", "leader"),
            id="a casting vote for an office there is not",
        ),
        pytest.param(
            "before: [called]", "before: [cald]", "gr.timetable", ("'cald'",), id="a stage before one there is not"
        ),
        pytest.param(
            "recalled_by: developers",
            "recalled_by: developer",
            "leader.election",
            ("no organ `developer`", "developers"),
            id="a recall by an organ there is not",
        ),
        pytest.param(
            "    proposed_by: {offices: [secretary, committee-chair]}\n",
            "",
            "secretary.appointment",
            ("proposed_by",),
            id="a proposal first, and nobody to make it",
        ),
    ],
)
def test_a_slip_in_a_rule_of_the_charter_is_found_and_told_in_words(old, new, where, words):
    files = files_of(FOLDER)
    text = files["charter.yaml"].decode()
    assert old in text
    _, findings = load_files({**files, "charter.yaml": text.replace(old, new, 1).encode()})
    assert findings
    told = str(findings[0])
    assert where in told
    for word in words:
        assert word in told


def test_a_project_whose_posts_are_filled_has_missed_nothing_on_its_first_days(life):
    assert [o for o in life.record.obligations("2024-03-01") if o.status("2024-03-01") == "missed"] == []


# --- general resolutions


def test_a_resolution_with_five_sponsors_and_two_weeks_of_discussion_comes_to_the_vote(life):
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    votes = [[30, [["A"], ["B"], [NOTA]]], [20, [["B"], ["A"], [NOTA]]], [10, [[NOTA]]]]
    result = life.resolve("gr1", "2024-02-29", "policy-statement", REPEAL, votes)
    assert (result["carried"], result["outcome"]) == (True, "A")


@pytest.mark.parametrize(
    ("sponsors", "why"),
    [
        pytest.param(sponsored(31, 32, 33, 34), "4 do", id="four sponsors are too few"),
        pytest.param(sponsored(30, 31, 32, 33, 34), "4 do", id="the proposer is no sponsor"),
        pytest.param(
            sponsored(31, 32, 33, 34, 900), "besides the proposer", id="a sponsor who is no developer does not count"
        ),
    ],
)
def test_a_resolution_without_k_other_developers_is_not_introduced(life, sponsors, why):
    call = {"organ": "developers", "meeting": "gr1", "on": "2024-02-15"}
    message = life.refused("gr.proposal", "meeting.convene", "2024-02-01", 30, **call, **sponsors)
    assert why in message


def test_a_discussion_of_thirteen_days_is_too_short(life):
    call = {"organ": "developers", "meeting": "gr1", "on": "2024-02-14", **K}
    assert "2024-02-15" in life.refused("gr.proposal", "meeting.convene", "2024-02-01", 30, **call)


def test_leader_and_committee_need_no_sponsors_and_other_developers_cannot_take_their_way(life):
    call = {"organ": "developers-unsponsored", "on": "2024-02-15"}
    life.do("meeting.convene", "2024-02-01", LEADER, meeting="by-leader", **call)
    life.do("meeting.convene", "2024-02-01", 5, meeting="by-committee", **call)
    life.refused("gr.proposal-unsponsored", "meeting.convene", "2024-02-01", 30, meeting="by-another", **call)


def test_only_developers_vote_and_only_the_secretary_takes_the_vote(life):
    life.do("meeting.convene", "2024-02-01", 30, organ="developers", meeting="gr1", on="2024-02-15", **K)
    stranger = [*devs(1, 60), "stranger"]
    assert "stranger" in life.refused(
        "gr.proposal", "meeting.open", "2024-02-15", SECRETARY, meeting="gr1", present=stranger
    )
    life.refused("gr.votes-taken", "meeting.open", "2024-02-15", 30, meeting="gr1", present=devs(1, 60))


def test_no_more_ballots_are_counted_than_developers_voted(life):
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    life.put("gr1", "policy-statement", REPEAL)
    cast = {"meeting": "gr1", "motion": "gr1", "ballots": [[61, [["A"]]]]}
    assert "61 votes" in life.refused("gr.majority", "motion.vote", "2024-02-29", SECRETARY, **cast)


@pytest.mark.parametrize(
    ("business", "above", "below", "outcome"),
    [
        pytest.param("policy-statement", 31, 30, "A", id="a statement needs more for it than against"),
        pytest.param("policy-statement", 30, 30, NOTA, id="as many for a statement as against are not enough"),
        pytest.param("policy-statement", 18, 0, "A", id="eighteen votes are a quorum of 144 developers"),
        pytest.param("policy-statement", 17, 0, NOTA, id="seventeen are not"),
        pytest.param("constitution-amendment", 60, 20, "A", id="three to one amends the constitution"),
        pytest.param("constitution-amendment", 59, 20, NOTA, id="a vote less does not"),
        pytest.param("foundation-document", 60, 20, "A", id="three to one supersedes a foundation document"),
        pytest.param("foundation-document", 59, 20, NOTA, id="a vote less does not supersede it"),
        pytest.param("override-technical", 40, 20, "A", id="two to one overrides the technical committee"),
        pytest.param("override-technical", 39, 20, NOTA, id="a vote less does not override it"),
        pytest.param("override-decision", 21, 20, "A", id="a plain majority overrides the leader or a delegate"),
    ],
)
@pytest.mark.parametrize("organ", ["developers", "developers-unsponsored"])
def test_each_kind_of_resolution_has_its_own_majority(life, organ, business, above, below, outcome):
    sponsors, by = (K, 30) if organ == "developers" else ({}, LEADER)
    life.poll("gr1", "2024-02-15", devs(1, 100), organ=organ, by=by, **sponsors)
    votes = [[above, [["A"], [NOTA]]], [below, [[NOTA], ["A"]]]]
    assert life.resolve("gr1", "2024-02-29", business, {"A": "text"}, votes)["outcome"] == outcome


def test_an_amendment_that_fails_three_to_one_gives_way_to_one_that_meets_it_though_more_prefer_it(life):
    life.poll("gr1", "2024-02-15", devs(1, 100), **K)
    votes = [[45, [["A"], ["B"], [NOTA]]], [30, [["B"], [NOTA], ["A"]]], [25, [[NOTA]]]]
    result = life.resolve("gr1", "2024-02-29", "constitution-amendment", REPEAL, votes)
    assert result["outcome"] == "B"
    assert any("A is above" in words and "dropped" in words for words in result["rounds"])


MIXED = {"Amend": "amend the constitution", "Override": "override the committee", "State": "say so and no more"}
KINDS = {"Amend": "constitution-amendment", "Override": "override-technical", "State": "policy-statement"}


@pytest.mark.parametrize(
    ("above", "outcome"),
    [
        pytest.param(75, "Amend", id="three to one: the amendment"),
        pytest.param(74, "Override", id="short of three to one: the override, which needs two to one"),
        pytest.param(66, "State", id="short of two to one: the statement, which needs more for than against"),
        pytest.param(50, NOTA, id="as many for as against: none of them"),
    ],
)
def test_options_of_three_majorities_stand_on_one_ballot_and_each_is_held_to_its_own(life, above, outcome):
    life.poll("gr1", "2024-02-15", devs(1, 100), **K)
    below = {75: 25, 74: 25, 66: 34, 50: 50}[above]
    votes = [[above, [["Amend"], ["Override"], ["State"], [NOTA]]], [below, [[NOTA]]]]
    result = life.resolve("gr1", "2024-02-29", "policy-statement", MIXED, votes, kinds=KINDS)
    assert result["outcome"] == outcome


@given(st.lists(st.integers(0, 33), min_size=3, max_size=3))
@settings(max_examples=25, deadline=None)
def test_an_option_wins_a_mixed_ballot_only_with_the_quorum_and_the_majority_of_its_own_kind(blocs):
    life = Life()
    life.poll("gr1", "2024-02-15", devs(1, 100), **K)
    amend, override, against = blocs
    votes = [[amend, [["Amend"], [NOTA]]], [override, [["Override"], [NOTA]]], [against, [[NOTA]]]]
    options = {name: MIXED[name] for name in ("Amend", "Override")}
    kinds = {name: KINDS[name] for name in options}
    result = life.resolve("gr1", "2024-02-29", "policy-statement", options, votes, kinds=kinds)
    above = {"Amend": amend, "Override": override}
    fit = {name for name, n in above.items() if n >= 18 and n >= {"Amend": 3, "Override": 2}[name] * (sum(blocs) - n)}
    assert result["outcome"] in (fit or {NOTA})


def test_an_option_is_of_a_kind_that_the_developers_decide(life):
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    put = {"meeting": "gr1", "motion": "gr1", "business": "policy-statement", "text": "?", "options": REPEAL}
    at = ("motion.put", "2024-02-15", SECRETARY)
    for kind in ("advice", "constitution-amendmend"):
        assert repr(kind) in life.try_(*at, kinds={"A": kind}, **put).message
    life.refused("gr.powers", *at, kinds={"A": "advice"}, **put)
    assert "none of the options" in life.refused("gr.majority", *at, kinds={"C": "property"}, **put)


@pytest.mark.parametrize("organ", ["developers", "developers-unsponsored"])
def test_the_polls_of_a_resolution_are_open_for_two_weeks(life, organ):
    sponsors, by, clause = (K, 30, "gr.proposal") if organ == "developers" else ({}, LEADER, "gr.proposal-unsponsored")
    life.poll("gr1", "2024-02-15", devs(1, 60), organ=organ, by=by, **sponsors)
    life.put("gr1", "policy-statement", REPEAL)
    votes = {"meeting": "gr1", "motion": "gr1", "ballots": [[40, [["A"]]]]}
    assert "2024-02-29" in life.refused(clause, "motion.vote", "2024-02-28T23:59", SECRETARY, **votes)
    life.do("motion.vote", "2024-02-29", SECRETARY, **votes)


def test_a_question_put_when_the_polls_have_long_been_open_is_polled_as_long_as_any(life):
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    late = {"meeting": "gr1", "motion": "late", "business": "property", "text": "?", "options": {"Sell": "sell"}}
    life.do("motion.put", "2024-02-28", SECRETARY, **late)
    votes = {"meeting": "gr1", "motion": "late", "ballots": [[40, [["Sell"]]]]}
    life.refused("gr.proposal", "motion.vote", "2024-02-29", SECRETARY, **votes)
    life.do("motion.vote", "2024-03-13", SECRETARY, **votes)


TIE = [[20, [["A"], ["B"], [NOTA]]], [20, [["B"], ["A"], [NOTA]]]]


def test_where_options_tie_the_leader_has_a_casting_vote(life):
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    result = life.resolve("gr1", "2024-02-29", "policy-statement", REPEAL, TIE, casting="B")
    assert (result["carried"], result["outcome"]) == (True, "B")
    assert result["rounds"][-1] == "The casting vote decides for B."


def test_a_tie_without_a_casting_vote_decides_nothing(life):
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    assert life.resolve("gr1", "2024-02-29", "policy-statement", REPEAL, TIE)["outcome"] == NOTA


def test_a_casting_vote_changes_nothing_where_the_developers_have_decided(life):
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    votes = [[21, [["A"], ["B"], [NOTA]]], [20, [["B"], ["A"], [NOTA]]]]
    result = life.resolve("gr1", "2024-02-29", "policy-statement", REPEAL, votes, casting="B")
    assert result["outcome"] == "A"
    assert not any("casting" in words for words in result["rounds"])


def test_a_casting_vote_lifts_no_option_over_the_default(life):
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    votes = [[30, [["A"], [NOTA]]], [30, [[NOTA], ["A"]]]]
    assert life.resolve("gr1", "2024-02-29", "policy-statement", REPEAL, votes, casting="A")["outcome"] == NOTA


def test_a_casting_vote_is_for_one_of_the_options_that_tie(life):
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    life.put("gr1", "policy-statement", {**REPEAL, "C": "a third text"})
    votes = {"meeting": "gr1", "motion": "gr1", "ballots": TIE}
    for choice in ("C", "D", NOTA):
        life.refused("gr.majority", "motion.vote", "2024-02-29", SECRETARY, casting=choice, **votes)
    life.do("motion.vote", "2024-02-29", SECRETARY, casting="A", **votes)


def test_while_there_is_no_leader_there_is_no_casting_vote(life):
    life.do("office.resign", "2024-01-15", LEADER, post="leader", reason="time")
    life.poll("gr1", "2024-02-15", devs(2, 60), **K)
    life.put("gr1", "policy-statement", REPEAL)
    votes = {"meeting": "gr1", "motion": "gr1", "ballots": TIE}
    message = life.refused("gr.majority", "motion.vote", "2024-02-29", SECRETARY, casting="A", **votes)
    assert "Project Leader" in message
    assert life.do("motion.vote", "2024-02-29", SECRETARY, **votes).payload["outcome"] == NOTA


@given(developers=st.integers(40, 300), votes=st.integers(1, 40))
@settings(max_examples=25, deadline=None)
def test_the_quorum_is_three_halves_of_the_root_of_the_number_of_developers_unrounded(developers, votes):
    life = Life(developers)
    life.poll("gr1", "2024-02-15", devs(1, 40), **K)
    result = life.resolve("gr1", "2024-02-29", "policy-statement", {"A": "text"}, [[votes, [["A"]]]])
    assert result["carried"] == (4 * votes * votes >= 9 * developers)


def test_the_vote_is_called_after_two_weeks_and_its_result_declared_after_two_more(life):
    life.do("resolution.introduced", "2024-02-01", 30, ref="res1", title="On statements")
    life.refused("gr.timetable", "resolution.called", "2024-02-14", SECRETARY, ref="res1")
    life.refused("gr.timetable", "resolution.called", "2024-02-15", 30, ref="res1")
    life.do("resolution.called", "2024-02-15", SECRETARY, ref="res1")
    result = {"ref": "res1", "motion": "gr1", "outcome": "carried"}
    life.refused("gr.timetable", "resolution.closed", "2024-02-28", SECRETARY, **result)
    life.do("resolution.closed", "2024-02-29", SECRETARY, **result)


def test_a_resolution_is_cancelled_only_until_its_vote_is_called(life):
    for ref in ("res1", "res2"):
        life.do("resolution.introduced", "2024-02-01", 30, ref=ref, title="On statements")
    withdrawn = {"reasons": "all options are withdrawn"}
    life.do("resolution.cancelled", "2024-02-10", SECRETARY, ref="res2", **withdrawn)
    life.do("resolution.called", "2024-02-15", SECRETARY, ref="res1")
    life.refused("gr.timetable", "resolution.cancelled", "2024-02-16", SECRETARY, ref="res1", **withdrawn)


def test_a_vote_not_called_within_a_week_of_the_longest_discussion_is_owed_by_the_secretary(life):
    life.do("resolution.introduced", "2024-02-01", 30, ref="res1", title="On statements")
    owed = [o for o in life.record.obligations("2024-03-10") if o.clause == "gr.timetable"]
    assert [(o.who, o.due[:10], o.status("2024-03-10")) for o in owed] == [("secretary", "2024-02-29", "missed")]


def test_a_decision_of_a_delegate_is_overridden_only_by_a_resolution_about_it(life):
    life.do("decision.made", "2024-01-10", MANAGER, ref="d1", title="An admission refused")
    life.poll("gr1", "2024-02-15", devs(1, 60), **K)
    other = life.resolve("gr1", "2024-02-29", "override-decision", {"A": "yes"}, [[40, [["A"]]]], ref="d2")
    assert other["carried"]
    life.refused("gr.hold", "decision.overridden", "2024-03-01", SECRETARY, ref="d1", motion="gr1")
    life.poll("gr2", "2024-03-20", devs(1, 60), called="2024-03-05", **K)
    life.resolve("gr2", "2024-04-03", "override-decision", {"A": "yes"}, [[40, [["A"]]]], ref="d1")
    life.do("decision.overridden", "2024-04-03", SECRETARY, ref="d1", motion="gr2")


def test_a_ballot_about_a_decision_overrides_it_only_where_the_overriding_option_wins(life):
    life.do("decision.made", "2024-01-10", MANAGER, ref="d1", title="An admission refused")
    options = {"Override": "admit them", "Regret": "regret it, and leave it"}
    kinds = {"Regret": "policy-statement"}
    for meeting, called, on, closed, winner in (
        ("gr1", "2024-02-01", "2024-02-15", "2024-02-29", "Regret"),
        ("gr2", "2024-03-05", "2024-03-20", "2024-04-03", "Override"),
    ):
        life.poll(meeting, on, devs(1, 60), called=called, **K)
        votes = [[40, [[winner], [NOTA]]]]
        result = life.resolve(meeting, closed, "override-decision", options, votes, kinds=kinds, ref="d1")
        assert result["outcome"] == winner
    life.refused("gr.hold", "decision.overridden", "2024-04-03", SECRETARY, ref="d1", motion="gr1")
    life.do("decision.overridden", "2024-04-03", SECRETARY, ref="d1", motion="gr2")


# --- the leader


def test_the_leader_is_the_candidate_who_beats_each_other_one_though_another_has_more_first_places(life):
    ann, bob, cy = dev(40), dev(41), dev(42)
    votes = [[25, [[ann], [bob], [cy]]], [20, [[cy], [bob], [ann]]], [15, [[bob], [cy], [ann]]]]
    result = life.elect_leader("dpl24", [ann, bob, cy], votes)
    assert result["elected"] == [bob]
    assert life.holders("leader", "2024-04-21") == [bob]
    assert life.holders("leader", "2025-04-19") == [bob]
    assert life.holders("leader", "2025-04-20T00:00") == [], "the term is one year"


def test_a_candidate_short_of_the_quorum_loses_to_the_default_option_unopposed(life):
    result = life.elect_leader("dpl24", [dev(40)], [[17, [[dev(40)]]]])
    assert result["elected"] == []


def test_when_the_default_option_wins_the_post_goes_to_nobody(life):
    life.elect_leader("dpl24", [dev(40)], [[17, [[dev(40)]]]])
    assert life.holders("leader", "2024-04-20T12:00") == [dev(LEADER)], "the election is held again; the term goes on"


def test_an_election_called_less_than_four_weeks_before_the_polls_is_refused(life):
    call = {"organ": "electorate", "meeting": "dpl24", "on": "2024-04-05"}
    life.refused("leader.polls", "meeting.convene", "2024-03-09", SECRETARY, **call)
    life.refused("leader.polls", "meeting.convene", "2024-03-08", LEADER, **call)


def test_the_polls_of_the_election_are_open_for_two_weeks_and_begin_anew_for_a_late_candidate(life):
    life.call_leader_election("dpl24", [dev(40)])
    count = {"meeting": "dpl24", "election": "dpl24", "ballots": [[40, [[dev(40)]]]]}
    assert "2024-04-20" in life.refused("leader.polls", "election.count", "2024-04-19T23:59", SECRETARY, **count)
    late = {"meeting": "dpl24", "election": "dpl24", "subject": dev(41)}
    life.do("election.nominate", "2024-04-19T23:59", SECRETARY, **late)
    assert "2024-05-03" in life.refused("leader.polls", "election.count", "2024-04-20", SECRETARY, **count)
    life.do("election.count", "2024-05-03T23:59", SECRETARY, **count)


@pytest.mark.parametrize(
    ("person", "clause"),
    [
        pytest.param(dev(SECRETARY), "leader.eligibility", id="the secretary"),
        pytest.param(dev(CHAIR), "leader.eligibility", id="the chair of the technical committee"),
        pytest.param("stranger", "leader.election", id="somebody who is no developer"),
    ],
)
def test_who_cannot_stand_for_leader(life, person, clause):
    life.poll("dpl24", "2024-04-06", devs(1, 60), organ="electorate", by=SECRETARY, called="2024-03-09")
    call = {"meeting": "dpl24", "election": "e"}
    life.do("election.call", "2024-04-06", SECRETARY, fills="leader", seats=1, **call)
    life.refused(clause, "election.nominate", "2024-04-06", SECRETARY, subject=person, **call)


def test_nominations_close_after_a_week_and_never_without_a_candidate(life):
    life.do("leader-election.begun", "2024-03-09", SECRETARY, ref="dpl24")
    close = ("leader-election.campaign", "2024-03-16", SECRETARY)
    assert "comes after" in life.refused("leader.timetable", *close, ref="dpl24")
    life.do("leader-election.nominated", "2024-03-16", 40, ref="dpl24", text="I stand")
    life.do(*close, ref="dpl24")
    late = ("leader-election.nominated", "2024-03-17", 41)
    assert "no longer open" in life.refused("leader.timetable", *late, ref="dpl24", text="So do I")
    life.refused("leader.timetable", "leader-election.polls-opened", "2024-04-05", SECRETARY, ref="dpl24")
    life.do("leader-election.polls-opened", "2024-04-06", SECRETARY, ref="dpl24")
    life.refused("leader.timetable", "leader-election.polls-closed", "2024-04-19", SECRETARY, ref="dpl24")
    life.do("leader-election.polls-closed", "2024-04-20", SECRETARY, ref="dpl24")


def test_a_candidate_withdraws_until_the_polls_open(life):
    life.do("leader-election.begun", "2024-03-09", SECRETARY, ref="dpl24")
    life.do("leader-election.nominated", "2024-03-10", 40, ref="dpl24", text="I stand")
    life.do("leader-election.nominated", "2024-03-10", 41, ref="dpl24", text="So do I")
    life.do("leader-election.campaign", "2024-03-16", SECRETARY, ref="dpl24")
    life.do("leader-election.withdrawn", "2024-03-20", 41, ref="dpl24", text="No longer")
    life.do("leader-election.polls-opened", "2024-04-06", SECRETARY, ref="dpl24")
    life.refused("leader.timetable", "leader-election.withdrawn", "2024-04-07", 40, ref="dpl24", text="Nor I")


def test_the_developers_recall_their_leader_by_a_resolution_about_that_person(life):
    recall = {"subject": dev(LEADER), "ref": "recall", "post": "leader", "reason": "voted"}
    life.refused("leader.election", "office.recall", "2024-02-10", SECRETARY, **recall)
    life.poll("recall", "2024-02-24", devs(1, 60), called="2024-02-10", **K)
    life.resolve("recall", "2024-03-09", "leader-recall", {"Recall": "yes"}, [[30, [["Recall"]]]], ref=dev(LEADER))
    life.do("office.recall", "2024-03-09", SECRETARY, **recall)
    assert life.holders("leader", "2024-03-10") == []


def test_a_recall_needs_the_sponsors_and_the_notice_of_a_resolution_and_is_not_for_the_electorate(life):
    call = {"organ": "developers", "meeting": "recall"}
    life.refused("gr.proposal", "meeting.convene", "2024-02-10", 30, on="2024-02-24", **call)
    life.refused("gr.proposal", "meeting.convene", "2024-02-10", 30, on="2024-02-23", **call, **K)
    life.poll("dpl24", "2024-04-06", devs(1, 60), organ="electorate", by=SECRETARY, called="2024-03-09")
    put = {"motion": "m", "business": "leader-recall", "text": "?", "options": {"Recall": "yes"}}
    life.refused("closed-world", "motion.put", "2024-04-06", SECRETARY, meeting="dpl24", ref=dev(LEADER), **put)


def test_a_resolution_to_recall_that_falls_short_of_the_quorum_recalls_nobody(life):
    life.poll("recall", "2024-02-24", devs(1, 60), called="2024-02-10", **K)
    life.resolve("recall", "2024-03-09", "leader-recall", {"Recall": "yes"}, [[17, [["Recall"]]]], ref=dev(LEADER))
    recall = {"subject": dev(LEADER), "ref": "recall", "post": "leader", "reason": "voted"}
    life.refused("leader.election", "office.recall", "2024-03-09", SECRETARY, **recall)


def test_an_election_not_held_before_the_term_ends_is_missed(life):
    owed = [o for o in life.record.obligations("2024-05-01") if o.clause == "leader.election"]
    assert [(o.due[:10], o.status("2024-05-01")) for o in owed] == [("2024-04-21", "missed")]


# --- the technical committee


def test_two_votes_are_a_quorum_of_the_committee_and_one_is_not(life):
    life.committee("tc1", "2024-02-01")
    assert life.resolve("tc1", "2024-02-08", "technical-policy", REPEAL, [[2, [["B"], ["A"]]]], by=4)["outcome"] == "B"
    life.committee("tc2", "2024-02-09")
    assert life.resolve("tc2", "2024-02-16", "technical-policy", REPEAL, [[1, [["B"]]]], by=4)["outcome"] == NOTA


@pytest.mark.parametrize(("above", "outcome"), [(3, "Overrule"), (2, NOTA)])
def test_the_committee_overrules_a_developer_by_three_to_one(life, above, outcome):
    life.committee("tc1", "2024-02-01")
    votes = [[above, [["Overrule"]]], [1, [[NOTA]]]]
    result = life.resolve("tc1", "2024-02-08", "overrule-developer", {"Overrule": "do it"}, votes, by=4)
    assert result["outcome"] == outcome


def test_the_committee_gives_advice_on_the_ballot_that_falls_short_of_overruling(life):
    life.committee("tc1", "2024-02-01")
    options = {"Overrule": "do it", "Advise": "we would do it"}
    votes = [[3, [["Overrule"], ["Advise"], [NOTA]]], [2, [["Advise"], [NOTA]]]]
    kinds = {"Advise": "advice"}
    result = life.resolve("tc1", "2024-02-08", "overrule-developer", options, votes, by=4, kinds=kinds)
    assert result["outcome"] == "Advise"


def test_where_options_tie_in_the_committee_its_chair_has_a_casting_vote(life):
    tie = [[2, [["A"], ["B"]]], [2, [["B"], ["A"]]]]
    life.committee("tc1", "2024-02-01")
    result = life.resolve("tc1", "2024-02-08", "technical-policy", REPEAL, tie, by=4, casting="A")
    assert result["outcome"] == "A"
    life.do("office.resign", "2024-02-09", CHAIR, post="committee-chair", reason="time")
    life.committee("tc2", "2024-02-09")
    life.put("tc2", "technical-policy", REPEAL, by=4)
    votes = {"meeting": "tc2", "motion": "tc2", "ballots": tie, "casting": "A"}
    life.refused("tc.majority", "motion.vote", "2024-02-16", 4, **votes)


def test_a_chair_who_is_to_be_overruled_leaves_the_vote_and_keeps_the_casting_vote(life):
    life.do("overruling.asked", "2024-01-20", 50, ref="o1", subject=dev(CHAIR), reasons="a bug left open")
    life.committee("tc1", "2024-02-01")
    life.put("tc1", "overrule-developer", REPEAL, by=4, ref="o1")
    votes = {"meeting": "tc1", "motion": "tc1", "ballots": [[2, [["A"], ["B"]]], [2, [["B"], ["A"]]]]}
    life.refused("tc.overrule", "motion.vote", "2024-02-08", 4, casting="A", **votes)
    life.do("meeting.attend", "2024-02-08", 4, meeting="tc1", left=[dev(CHAIR)])
    assert life.do("motion.vote", "2024-02-08", 4, casting="A", **votes).payload["outcome"] == "A"


def test_a_member_of_the_committee_does_not_vote_on_being_overruled(life):
    life.do("overruling.asked", "2024-01-20", 50, ref="o1", subject=dev(5), reasons="a bug left open")
    life.committee("tc1", "2024-02-01")
    put = {
        "meeting": "tc1",
        "motion": "m",
        "business": "overrule-developer",
        "text": "?",
        "options": {"Overrule": "do"},
    }
    life.do("motion.put", "2024-02-01", 4, ref="o1", **put)
    vote = {"meeting": "tc1", "motion": "m", "ballots": [[4, [["Overrule"]]]]}
    life.refused("tc.overrule", "motion.vote", "2024-02-08", 4, **vote)
    life.do("meeting.attend", "2024-02-08", 4, meeting="tc1", left=[dev(5)])
    life.do("motion.vote", "2024-02-08", 4, **vote)
    life.do("overruling.decided", "2024-02-08", 4, ref="o1", motion="m")


def test_the_committee_does_not_decide_what_is_for_the_developers(life):
    life.committee("tc1", "2024-02-01")
    put = {"meeting": "tc1", "business": "constitution-amendment", "text": "?", "options": REPEAL}
    life.refused("closed-world", "motion.put", "2024-02-01", 4, **put)


def recommend(life, person, meeting="tc1", at="2024-02-01"):
    """A vote of the committee to recommend somebody."""
    life.committee(meeting, at)
    about = {"meeting": meeting, "election": meeting}
    life.do("election.call", at, 4, fills="committee-member", seats=1, **about)
    life.do("election.nominate", at, 4, subject=person, **about)
    life.do("election.count", at, 4, ballots=[[4, [[person], [NOTA]]]], **about)


def test_a_member_joins_the_committee_recommended_by_it_and_appointed_by_the_leader(life):
    seat = {"subject": dev(60), "post": "committee-member"}
    recommend(life, dev(60))
    life.do("office.nominate", "2024-02-01", 4, **seat)
    life.refused("tc.appointment", "office.take", "2024-02-02", 60, **seat)
    life.do("office.appoint", "2024-02-02", LEADER, **seat)
    life.do("office.take", "2024-02-02", 60, **seat)
    assert life.holders("committee-member", "2024-02-05") == [*(dev(n) for n in COMMITTEE), dev(60)]


def test_the_leader_appoints_nobody_to_the_committee_whom_it_has_not_put_forward(life):
    seat = {"subject": dev(60), "post": "committee-member"}
    assert "put forward" in life.refused("tc.appointment", "office.appoint", "2024-01-15", LEADER, **seat)
    life.refused("tc.appointment", "office.nominate", "2024-01-15", LEADER, **seat)
    life.do("office.nominate", "2024-01-16", 4, **seat)
    life.do("office.appoint", "2024-01-17", LEADER, **seat)
    life.refused("tc.recommendation", "office.take", "2024-01-18", 60, **seat)


def test_a_committee_of_five_appoints_a_sixth_by_itself_with_its_reason(life):
    recommend(life, dev(60))
    seat = {"subject": dev(60), "post": "committee-member"}
    life.refused("tc.appointment", "office.except", "2024-02-02", 50, reason="five members", **seat)
    life.do("office.except", "2024-02-02", 4, reason="five members", **seat)
    life.do("office.take", "2024-02-02", 60, **seat)


def test_the_committee_elects_its_chair_from_its_members(life):
    life.committee("tc1", "2024-02-01")
    about = {"meeting": "tc1", "election": "chair"}
    life.do("election.call", "2024-02-01", 4, fills="committee-chair", seats=1, **about)
    life.refused("tc.chair", "election.nominate", "2024-02-01", 4, subject=dev(50), **about)
    life.do("election.nominate", "2024-02-01", 4, persons=[dev(number) for number in COMMITTEE], **about)
    life.do("election.count", "2024-02-01", 4, ballots=[[3, [[dev(4)]]], [2, [[dev(3)]]]], **about)
    assert life.holders("committee-chair", "2024-02-02") == [dev(4)]


# --- secretary and delegates


def test_the_secretary_proposes_a_successor_whom_the_leader_appoints_for_a_year(life):
    successor = {"subject": dev(70), "post": "secretary"}
    life.refused("secretary.appointment", "office.nominate", "2024-02-01", 50, **successor)
    life.refused(
        "secretary.eligibility", "office.nominate", "2024-02-01", SECRETARY, subject=dev(LEADER), post="secretary"
    )
    assert "put forward" in life.refused("secretary.appointment", "office.appoint", "2024-02-01", LEADER, **successor)
    life.do("office.nominate", "2024-02-01", SECRETARY, **successor)
    life.refused("secretary.appointment", "office.appoint", "2024-02-02", SECRETARY, **successor)
    life.do("office.appoint", "2024-02-02", LEADER, **successor)
    life.refused("secretary.appointment", "office.take", "2024-02-03", 70, **successor)
    life.do("office.resign", "2024-02-04", SECRETARY, post="secretary", reason="succeeded")
    life.do("office.take", "2024-02-04", 70, **successor)
    assert life.holders("secretary", "2025-02-03") == [dev(70)]
    assert life.holders("secretary", "2025-02-04T00:00") == []


def test_a_secretary_is_put_forward_again_for_another_term(life):
    again = {"subject": dev(70), "post": "secretary"}
    life.do("office.nominate", "2024-02-01", SECRETARY, **again)
    life.do("office.appoint", "2024-02-02", LEADER, **again)
    life.do("office.resign", "2024-02-04", SECRETARY, post="secretary", reason="succeeded")
    life.do("office.take", "2024-02-04", 70, **again)
    life.refused("secretary.appointment", "office.appoint", "2024-04-01", LEADER, **again)
    life.do("office.nominate", "2024-04-01", 70, **again)
    life.do("office.appoint", "2024-04-02", LEADER, **again)
    life.do("office.take", "2025-02-04", 70, **again)
    assert life.holders("secretary", "2026-02-03") == [dev(70)]


def test_the_chair_of_the_committee_acts_when_there_is_no_secretary(life):
    act = {"subject": dev(CHAIR), "post": "secretary", "reason": "the secretary resigned"}
    life.refused("secretary.appointment", "office.act", "2024-02-01", CHAIR, **act)
    life.do("office.resign", "2024-02-01", SECRETARY, post="secretary", reason="time")
    life.do("office.act", "2024-02-02", CHAIR, **act)
    assert life.holders("secretary", "2024-02-03") == [dev(CHAIR)]


def test_a_delegate_is_appointed_and_withdrawn_by_the_leader_alone(life):
    post = {"subject": dev(80), "post": "delegate"}
    life.refused("delegates.appointment", "office.appoint", "2024-02-01", SECRETARY, **post)
    life.refused("delegates.appointment", "office.take", "2024-02-01", 80, **post)
    life.do("office.appoint", "2024-02-01", LEADER, reason="release management", **post)
    life.do("office.take", "2024-02-02", 80, **post)
    assert life.holders("delegate", "2024-02-03") == [dev(80)]
    life.refused("delegates.appointment", "office.withdraw", "2024-03-01", SECRETARY, reason="no", **post)
    life.do("office.withdraw", "2024-03-01", LEADER, reason="the area is done", **post)
    assert life.holders("delegate", "2024-03-02") == []


def test_the_leader_puts_forward_no_delegate_in_their_own_person_nor_anybody_who_is_no_developer(life):
    for person in (dev(LEADER), "stranger"):
        life.refused("delegates.eligibility", "office.nominate", "2024-02-01", LEADER, subject=person, post="delegate")


def test_account_managers_admit_developers_and_the_leader_does_not(life):
    newcomer = {"subject": dev(DEVELOPERS + 1), "name": "New Developer", "ref": "adm1"}
    life.refused("developers.membership", "member.admit", "2024-02-01", MANAGER, **newcomer)
    life.do("meeting.convene", "2024-02-01", MANAGER, organ="account-managers", meeting="dam1", on="2024-02-01")
    life.do("meeting.open", "2024-02-01", MANAGER, meeting="dam1", present=[dev(MANAGER)])
    put = {"meeting": "dam1", "motion": "adm1", "business": "admission", "text": "Admit"}
    life.do("motion.put", "2024-02-01", MANAGER, **put)
    life.do("motion.vote", "2024-02-01", MANAGER, **{"meeting": "dam1", "motion": "adm1", "for": 1, "against": 0})
    life.refused("developers.membership", "member.admit", "2024-02-02", LEADER, **newcomer)
    life.do("member.admit", "2024-02-02", MANAGER, **newcomer)
    assert life.record.state(UNIT).members[dev(DEVELOPERS + 1)].standing == "developer"


def test_chair_and_secretary_stand_in_for_the_leader_only_together(life):
    life.do("stand-in.proposed", "2024-02-01", CHAIR, ref="s1", title="A deadline", reasons="no leader")
    life.refused("leader.stand-in", "stand-in.agreed", "2024-02-01", CHAIR, ref="s1")
    life.do("stand-in.agreed", "2024-02-02", SECRETARY, ref="s1")


# --- assets


def test_an_organisation_is_trusted_after_two_weeks_of_discussion_and_told_what_is_spent(life):
    life.do("trusted-organisation.proposed", "2024-02-01", LEADER, ref="t1", title="debian.example")
    life.refused("assets.discussion", "trusted-organisation.added", "2024-02-14", LEADER, ref="t1")
    life.do("trusted-organisation.added", "2024-02-15", LEADER, ref="t1")
    found = {"subject": "debian/example", "tier": "trusted-organisation", "name": "Debian Example"}
    life.refused("assets.organisations", "unit.establish", "2024-02-15", 50, **found)
    life.do("unit.establish", "2024-02-15", LEADER, **found)
    life.record.deliver()
    life.do("expenditure.proposed", "2024-02-16", 90, ref="x1", title="A meeting")
    life.do("expenditure.decided", "2024-02-17", LEADER, ref="x1", outcome="approved", to=["debian/example"])
    life.record.deliver()
    (told,) = life.record.state("debian/example").inbox.values()
    assert (told.kind, told.data["outcome"]) == ("expenditure-decision", "approved")
