"""Who can be nominated for a post or sent as a representative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from quorate.clauses.base import Clause, Rules, View, names, register
from quorate.terms.act import Act, persons
from quorate.terms.parts import OrganId, PostId, Slug

_VERBS = frozenset(
    (
        "election.nominate",
        "office.nominate",
        "office.appoint",
        "office.take",
        "office.act",
        "office.except",
        "credential.check",
        "credential.issue",
    )
)


@register
class Eligibility(Clause):
    """Only members of a basic organisation, in good standing where that is known here, are eligible; some posts
    exclude each other.

    Conforming: a representative who is certified as a member of a cell. Breaching: somebody whom no basic
    organisation certifies is nominated.
    """

    kind: Literal["eligibility"]
    posts: tuple[PostId, ...] = Field(min_length=1)
    standing: tuple[Slug, ...] = Field(default=(), description="The standings that make eligible; empty: any.")
    excludes: tuple[PostId, ...] = Field(default=(), description="Posts that cannot be held together with these.")
    among: OrganId | None = Field(default=None, description="Only members of this organ of the same unit.")
    summary = "Who can hold a post or be sent as a representative."

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        return dict.fromkeys(rules.tiers, _VERBS)

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        post = self._post(act, view)
        office = view.rules.offices.get(post)
        elsewhere = act.verb == "office.appoint" and office is not None and office.tier != view.state.tier
        if post not in self.posts or elsewhere:  # the unit of an office judges who is fit for it
            return None
        return next((why for person in persons(act) if (why := self.unfit(person, post, view))), None)

    def _post(self, act: Act, view: View) -> str:
        if act.verb == "election.nominate":
            election = view.state.elections.get(act.get("election", ""))
            return election.fills if election else ""
        if act.verb.startswith("credential."):
            return str(act.get("conference", "")) if act.get("accepted", True) else ""
        return str(act.get("post", ""))

    def unfit(self, person: str, post: str, view: View) -> str | None:
        """Why somebody known to this unit cannot hold the post, or None."""
        known = view.state.persons.get(person)
        home = view.rules.unit(known.unit) if known is not None and known.unit else None
        if home is None or not view.rules.tiers[home.tier].basic:
            return f"{person} is not certified here as a member of a basic organisation"
        member = view.state.members.get(person)
        if member is not None and not member.belongs(view.at):
            return f"{person} is no longer a member of {view.name(view.unit)}"
        if member is not None and self.standing and member.standing not in self.standing:
            asked = " or ".join(self.standing)
            return f"{person} has the standing {member.standing!r}; the {view.name(post)} asks for {asked}"
        if self.among and view.has_organ(self.among) and person not in view.members(self.among):
            return f"{person} is not a member of the {view.name(self.among)}"
        other = next((x for x in self.excludes if any(t.person == person for t in view.holders(x))), None)
        return f"{person} sits as {view.name(other)}, which excludes the {view.name(post)}" if other else None

    def words(self, rules: Rules) -> str:  # noqa: D102
        text = f"Eligible as {names(rules, self.posts, 'or')} are members of basic organisations"
        if self.standing:
            text += f" with the standing {' or '.join(self.standing)}"
        if self.among:
            text += f" who sit on the {rules.name(self.among)}"
        return text + (f", who do not also sit as {names(rules, self.excludes, 'or')}." if self.excludes else ".")
