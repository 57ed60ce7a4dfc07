"""How often an organ must meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import model_validator

from quorate.clauses.base import Clause, Rules, View, register
from quorate.terms import dates
from quorate.terms.act import Obligation
from quorate.terms.parts import OrganId, Span, Whole


@register
class Cadence(Clause):
    """An organ meets at least so many times a calendar period, or lets no more than a span pass between one meeting's
    closing and the next one's opening.

    Conforming: a plenum closed on 10 January is followed by one opened on 9 May, the limit being four months.
    Breaching: a month with one meeting where two are due; a plenum opened five months after the last closed.
    A meeting adjourned without doing its business does not count.
    """

    kind: Literal["cadence"]
    organ: OrganId
    at_most: Span | None = None
    at_least: Whole | None = None
    per: Literal["month", "quarter", "half-year", "year"] | None = None
    summary = "How often an organ must meet."

    @model_validator(mode="after")
    def _one_form(self) -> Cadence:
        if (self.at_most is None) == (self.at_least is None) or (self.at_least is None) != (self.per is None):
            raise ValueError(
                "state either `at_most` (a span between meetings) or `at_least` with `per` (a number per period)"
            )
        return self

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        return {rules.organs[self.organ].tier: frozenset()}

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if not view.has_organ(self.organ):
            return
        held = [m for m in view.state.by_organ.get(self.organ, ()) if m.opened and m.status in ("open", "closed")]
        held.sort(key=lambda meeting: meeting.opened or "")
        yield from self._gaps(view, held, until) if self.at_most else self._counts(view, held, until)

    def _gaps(self, view: View, held: list, until: str) -> Iterator[Obligation]:  # type: ignore[type-arg]
        assert self.at_most is not None
        anchor = view.state.opened
        what = f"meet within {self.at_most} of the last meeting"
        for meeting in held:
            due = dates.after(anchor, self.at_most)
            yield Obligation(
                self.id,
                view.unit,
                self.organ,
                what,
                anchor[:10],
                anchor,
                due,
                meeting.opened,
                meeting.opened_by,
            )
            if meeting.closed is None:
                return
            anchor = meeting.closed
        due = dates.after(anchor, self.at_most)
        if due[:10] <= until[:10]:
            yield Obligation(self.id, view.unit, self.organ, what, anchor[:10], anchor, due)

    def _counts(self, view: View, held: list, until: str) -> Iterator[Obligation]:  # type: ignore[type-arg]
        assert self.at_least is not None
        assert self.per is not None
        by_period: dict[str, list] = {}  # type: ignore[type-arg]
        for meeting in held:
            by_period.setdefault(dates.period_of(meeting.opened, self.per), []).append(meeting)
        for name, start, end in dates.periods(view.state.opened, until, self.per):
            due = dates.add(end, -1, "days")
            if due > until[:10]:
                return
            meetings = by_period.get(name, [])
            for number in range(1, self.at_least.value + 1):
                done = meetings[number - 1] if number <= len(meetings) else None
                what = f"hold meeting {number} of {self.at_least} in {name}"
                yield Obligation(
                    self.id,
                    view.unit,
                    self.organ,
                    what,
                    f"{name}/{number}",
                    start,
                    due,
                    done.opened if done else None,
                    done.opened_by if done else None,
                )

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: ARG002, D102
        return {self.organ: self.at_most is None}

    def words(self, rules: Rules) -> str:  # noqa: D102
        organ = rules.name(self.organ)
        if self.at_most:
            return (
                f"No more than {self.at_most} pass between the closing of one meeting of the {organ} and the opening "
                "of the next."
            )
        return f"The {organ} meets at least {self.at_least} times a {self.per}."

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        term = rules.organs[self.organ].term
        if self.at_most and term and dates.after("2000-01-01", self.at_most) > dates.after("2000-01-01", term):
            yield "at_most", f"a cadence of {self.at_most} is longer than the {self.organ}'s term of {term}"
