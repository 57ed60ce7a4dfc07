"""How many must be present before an organ may vote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import model_validator

from quorate.clauses.base import Clause, Rules, View, register, required, seat_count
from quorate.terms.act import Act
from quorate.terms.parts import Figure, OrganId


@register
class Quorum(Clause):
    """An organ opens no vote unless enough of its members are present.

    Conforming: 51 of 75 present where at least two thirds of the members are needed.
    Breaching: a vote with 49 present. Reference: Robert's Rules of Order Newly Revised, section 40.
    """

    kind: Literal["quorum"]
    organ: OrganId
    at_least: Figure | None = None
    more_than: Figure | None = None
    summary = "How many must be present before an organ may vote."

    @model_validator(mode="after")
    def _one_form(self) -> Quorum:
        if (self.at_least is None) == (self.more_than is None):
            raise ValueError("state the quorum as `at_least` or as `more_than`")
        return self

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        verbs = frozenset(("motion.vote", "election.call", "election.count"))
        return {rules.organs[self.organ].tier: verbs}

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        meeting = view.meeting(act)
        if meeting is None or meeting.organ != self.organ:
            return None
        present = len(view.present(meeting))
        if self.met(present, len(view.members(self.organ)), view.rules):
            return None
        return (
            f"the {view.name(self.organ)} has no quorum: {present} present, {self._need()} needed; no vote can be "
            "opened"
        )

    def met(self, present: int, members: int, rules: Rules) -> bool:
        """Whether so many present of so many members are a quorum."""
        counts = {
            "members": members,
            "seats": seat_count(rules.organs[self.organ]) or members,
            "present": present,
            "cast": present,
        }
        figure = self.at_least or self.more_than
        assert figure is not None
        top, bottom = required(figure, counts)
        enough = present * bottom >= top if self.at_least else present * bottom > top
        return enough and present > 0

    def _need(self) -> str:
        return f"at least {self.at_least}" if self.at_least else f"more than {self.more_than}"

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: ARG002, D102
        return {self.organ: True}

    def words(self, rules: Rules) -> str:  # noqa: D102
        return f"The {rules.name(self.organ)} votes only with {self._need()} present."

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        figure = self.at_least or self.more_than
        assert figure is not None
        seats = seat_count(rules.organs[self.organ])
        field = "at_least" if self.at_least else "more_than"
        if figure.of in (None,) and seats is not None and figure.number > seats:
            yield field, f"a quorum of {figure.value} is more than the {seats} seats of the {self.organ}"
        if figure.of in ("seats", "members", "present") and figure.number > 1:
            yield field, f"a quorum of {figure.value} of the {figure.of} can never be met"
