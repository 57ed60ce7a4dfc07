"""Whether seats can be filled on the first day: posts of the tier, no more than there are, members enough."""

from __future__ import annotations

from collections.abc import Iterator

from quorate.charter.document import Path as Steps
from quorate.charter.findings import Finding
from quorate.charter.model import Charter
from quorate.simulate.scenario.layers import Merged
from quorate.simulate.scenario.parts import Opening, ScenarioFile
from quorate.simulate.scenario.population import members_of


class Seats:
    """Looks at the seats of openings."""

    def __init__(self, file: ScenarioFile, charter: Charter, merged: Merged) -> None:
        self.file, self.charter, self.merged = file, charter, merged
        self.sizes = {row.tier: row.size.fewest for row in file.population.basic}
        self._counted: dict[str, int] = {}

    def findings(self, opening: Opening, path: Steps) -> Iterator[Finding]:
        """What is wrong with the seats of one opening."""
        for post, filled in opening.seats.items():
            yield from self._post(opening, post, filled, (*path, "seats", post))
        persons = sum(filled for post, filled in opening.seats.items() if post not in opening.among)
        unit, members = self._members(opening.tier)
        if members is not None and persons > members:
            message = f"{persons} persons are to hold posts, and {unit} has {members} members"
            where = self.merged.place((*path, "seats"))
            yield Finding("too-many-seats", where, message, advice="Fill fewer, or fill one post `among` another's.")

    def _post(self, opening: Opening, post: str, filled: int, path: Steps) -> Iterator[Finding]:
        part = self.charter.organs.get(post) or self.charter.offices.get(post)
        where = self.merged.place(path)
        if filled < 0:
            yield Finding("wrong-value", where, f"`{post}` is {filled}, and must be at least 0")
        if part is None:
            return
        if part.tier != opening.tier:
            message = f"`{post}` is a post of the tier `{part.tier}`, not of `{opening.tier}`"
            yield Finding("wrong-tier", where, message, advice=f"State it in the opening of `{part.tier}`.")
        seats = part.seats.value if part.seats else 1 if post in self.charter.offices else None
        if seats is not None and filled > seats:
            message = f"`{post}` is filled with {filled}, and the charter gives it {seats}"
            yield Finding("too-many-seats", where, message, advice="Fill no more seats than there are.")

    def _members(self, tier: str) -> tuple[str, int | None]:
        """The unit of a tier with the fewest members of those that have any, at or below it; and how many it has."""
        if tier in self.sizes:
            return f"a unit of the tier `{tier}`", self.sizes[tier]
        if not self._counted and self.file.population.by.tier in self.charter.tiers:
            for unit, members in members_of(self.file.population, self.charter).items():
                here: str | None = unit
                while here:
                    self._counted[here] = self._counted.get(here, 0) + members
                    found = self.charter.unit(here)
                    here = found.parent if found else None
        counted = [(n, unit.id) for unit in self.charter.units_of(tier) if (n := self._counted.get(unit.id))]
        fewest, unit_id = min(counted, default=(None, ""))
        return f"`{unit_id}`", fewest
