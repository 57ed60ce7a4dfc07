"""By what majority an organ decides a kind of business, and how votes become a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field, model_validator

from quorate.clauses.base import Clause, Rules, View, by_tiers, names, register, required, seat_count, votes_needed, who
from quorate.counting import Count, count
from quorate.errors import QuorateError
from quorate.state.meetings import Motion
from quorate.terms.act import Act
from quorate.terms.parts import BusinessId, By, Figure, OrganId, Part, Ratio


class Options(Part):
    """Voting between options by ranked ballots: the Schulze method, with a default option, and a quorum and
    supermajority against it.
    """

    method: Literal["schulze"]
    default: str = Field(description="The option that stands for deciding nothing, ranked like any other.")
    quorum: Figure | None = Field(default=None, description="Votes an option needs over the default option.")
    ratios: dict[BusinessId, Ratio] = Field(
        default_factory=dict,
        description="The majority an option of such business needs over the default, where it is not `ratio`.",
    )
    casting: By | None = Field(default=None, description="Who decides between options that tie over the default.")
    ratio: Ratio = Field(
        default="1/1", description='The majority an option needs over the default: "3/1" is three to one.'
    )


@register
class Majority(Clause):
    """Votes decide by a stated majority: of those present, of votes cast, of the seats; or between options by ranked
    ballots.

    A majority for a named kind of business goes before the organ's general one. Conforming: 40 for, 30 against where
    more than half of those voting are needed. Breaching: 80 votes recorded with 70 present.
    """

    kind: Literal["majority"]
    organ: OrganId
    business: tuple[BusinessId, ...] = ()
    more_than: Figure | None = None
    at_least: Figure | None = None
    options: Options | None = None
    summary = "By what majority an organ decides."

    @model_validator(mode="after")
    def _one_form(self) -> Majority:
        if sum(form is not None for form in (self.more_than, self.at_least, self.options)) != 1:
            raise ValueError("state one of `more_than`, `at_least` or `options`")
        return self

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        return {rules.organs[self.organ].tier: frozenset(("motion.put", "motion.vote"))}

    def governs(self, rules: Rules, organ: str, business: str) -> bool:
        """Whether this clause, and not a more particular one, decides such business of the organ."""
        if organ != self.organ or (self.business and business not in self.business):
            return False
        if self.business:
            return True
        return not any(other.organ == organ and business in other.business for other in rules.of(Majority))

    def _motion(self, act: Act, view: View) -> Motion | None:
        found = view.state.motions.get(act.get("motion", ""))
        meeting = view.meeting(act)
        if found is None or meeting is None or found[1] is not meeting:
            return None
        return found[0] if self.governs(view.rules, meeting.organ, found[0].business) else None

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        if act.verb == "motion.put":
            return self._guard_put(act, view)
        motion = self._motion(act, view)
        if motion is None:
            return None
        if motion.carried is not None:
            return f"motion {motion.id} has been voted on already"
        meeting = view.meeting(act)
        assert meeting is not None
        if self.options:
            if "ballots" not in act.payload:
                return f"motion {motion.id} is decided by ranked ballots; give them as `ballots`"
            cast = sum(papers for papers, _ in act.get("ballots"))
            uncast = self._guard_casting(act, view, motion)
            if uncast:
                return uncast
        else:
            if "ballots" in act.payload or "for" not in act.payload:
                return f"motion {motion.id} is decided by votes for and against; give `for`, `against` and `abstain`"
            if "casting" in act.payload:
                return "no casting vote is given to anyone here"
            cast = sum(act.get(side, 0) for side in ("for", "against", "abstain"))
        present = len(view.present(meeting))
        if cast > present:
            return f"{cast} votes are recorded with {present} present"
        return self._miscounted(act, view, motion) if self.options else None

    def _guard_casting(self, act: Act, view: View, motion: Motion) -> str | None:
        """Why a casting vote cannot be given: nobody may give one, nobody who may is there, no such option."""
        assert self.options is not None
        by, choice = self.options.casting, act.get("casting")
        if choice is None:
            return None
        if by is None:
            return "no casting vote is given to anyone here"
        if not any(view.holders(office) for office in by.offices) and not any(map(view.members, by.organs)):
            return f"the casting vote is for {who(view.rules, by)}, and there is nobody in that place now"
        if choice not in motion.options:
            return f"the casting vote is for {choice!r}, which is none of the options"
        return None

    def _ratio(self, option: str, motion: Motion) -> Fraction:
        """The majority an option needs over the default: that of its kind of business, which is the motion's unless
        the motion says otherwise, or the general one.
        """
        assert self.options is not None
        return Fraction(self.options.ratios.get(motion.kinds.get(option, motion.business), self.options.ratio))

    def _guard_put(self, act: Act, view: View) -> str | None:
        meeting = view.meeting(act)
        if meeting is None or not self.governs(view.rules, meeting.organ, act.get("business")):
            return None
        options = act.get("options", {})
        if self.options and self.options.default in options:
            return f"{self.options.default!r} is the default option and stands on every ballot already"
        if self.options and not options:
            return "this business is decided between options; name them in `options`"
        stray = next((option for option in act.get("kinds", {}) if option not in options), None)
        if stray:
            return f"`kinds` speaks of {stray!r}, which is none of the options"
        ratios = self.options.ratios if self.options else {}
        for option, kind in act.get("kinds", {}).items():
            if kind not in view.rules.businesses:
                return f"the option {option!r} is of the kind {kind!r}, and there is no such kind of business"
            if kind not in ratios and not self.governs(view.rules, meeting.organ, kind):
                return f"the option {option!r} is of the kind {kind!r}, whose majority {self.id} does not state"
        return None

    def _miscounted(self, act: Act, view: View, motion: Motion) -> str | None:
        try:
            tied = self._count(act, view, motion).tied
        except QuorateError as error:
            return str(error)
        if tied and act.get("casting") not in (None, *tied):
            return f"the casting vote decides between {' and '.join(tied)}, which tie, and is not for another option"
        return None

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        motion = self._motion(act, view) if act.verb == "motion.vote" else None
        return self._decide(act, view, motion) if motion else {}

    def _decide(self, act: Act, view: View, motion: Motion) -> dict[str, Any]:
        if self.options:
            return self._ranked(act, view, motion)
        meeting = view.meeting(act)
        assert meeting is not None
        yes, no = act.get("for", 0), act.get("against", 0)
        members = len(view.members(self.organ))
        seats = seat_count(view.rules.organs[self.organ]) or members
        counts = {"present": len(view.present(meeting)), "cast": yes + no, "seats": seats, "members": members}
        figure = self.more_than or self.at_least
        assert figure is not None
        top, bottom = required(figure, counts)
        carried = yes * bottom > top if self.more_than else yes * bottom >= top and yes > 0
        return {"carried": carried}

    def _count(self, act: Act, view: View, motion: Motion) -> Count:
        assert self.options is not None
        members = len(view.members(self.organ))
        quorum = votes_needed(self.options.quorum, {"members": members, "seats": members, "present": 0, "cast": 0})
        return count(
            "schulze",
            [*motion.options, self.options.default],
            1,
            [tuple(row) for row in act.get("ballots")],
            default_option=self.options.default,
            quorum=quorum,
            majority_ratio={option: self._ratio(option, motion) for option in motion.options},
            tie="none",
        )

    def _ranked(self, act: Act, view: View, motion: Motion) -> dict[str, Any]:
        assert self.options is not None
        result = self._count(act, view, motion)
        outcome = result.elected[0] if result.elected else self.options.default
        rounds = [round_.words for round_ in result.rounds]
        if result.tied and act.get("casting"):
            outcome = act.get("casting")
            rounds.append(f"The casting vote decides for {outcome}.")
        return {"carried": outcome != self.options.default, "outcome": outcome, "rounds": rounds}

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: ARG002, D102
        return {self.organ: True}

    def words(self, rules: Rules) -> str:  # noqa: D102
        what = f" on {names(rules, self.business)}" if self.business else ""
        if self.options:
            text = (
                f"The {rules.name(self.organ)} decides{what} between options by ranked ballots (Schulze), with "
                f"{self.options.default!r} as the default option"
            )
            if self.options.quorum:
                text += f"; an option needs {self.options.quorum} votes over the default"
            ratio = Fraction(self.options.ratio)
            text += f" and a majority of {ratio} to 1 over it" if ratio > 1 else ""
            for business, more in self.options.ratios.items():
                text += f"; one on {rules.name(business)} needs {Fraction(more)} to 1"
            if self.options.casting:
                text += f"; where options tie, {who(rules, self.options.casting)} has a casting vote"
            return f"{text}."
        need = f"more than {self.more_than}" if self.more_than else f"at least {self.at_least}"
        return f"The {rules.name(self.organ)} decides{what} with {need} in favour."

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        if self.options:
            yield from self._odd_options(self.options, rules)
        figure = self.more_than or self.at_least
        if figure and figure.of and figure.of != "root-of-members":
            if figure.number > 1 or (self.more_than and figure.number == 1):
                yield (
                    ("more_than" if self.more_than else "at_least"),
                    f"a majority of {self._limit()} can never be reached",
                )
        elif figure and figure.of is None and seat_count(rules.organs[self.organ]) is not None:
            seats = seat_count(rules.organs[self.organ]) or 0
            if figure.number > seats:
                yield (
                    ("more_than" if self.more_than else "at_least"),
                    f"{figure.value} votes are more than the {seats} seats",
                )

    def _odd_options(self, options: Options, rules: Rules) -> Iterator[tuple[str, str]]:
        here = rules.organs[self.organ].tier
        if options.casting and by_tiers(rules, options.casting) - {here}:
            yield "options", f"who casts in the {self.organ} must belong to its tier, {here}"
        low = next((ratio for ratio in (options.ratio, *options.ratios.values()) if Fraction(ratio) < 1), None)
        if low:
            yield "options", f"a majority of {low} is under one to one, and no vote can be counted by it"

    def _limit(self) -> str:
        return f"more than {self.more_than}" if self.more_than else f"{self.at_least}"
