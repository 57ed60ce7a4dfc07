"""Several records of one charter as one log, their units told apart: one audit then judges them all."""

from dataclasses import replace

from clauses.world import charter_of

from quorate.charter.model import Unit


class Merged:
    """The entries of records, with the units of the n-th called ``<unit>.<n>`` wherever they are named, and a charter
    that knows them.
    """

    def __init__(self, records, charter="club"):
        self.charter = charter_of(charter)
        self.entries = []
        for number, (record, entries) in enumerate(records):
            names = {unit: self.unit(number, unit) for unit in record.charter.known}
            for unit in list(record.charter.known.values()):
                parent = names.get(unit.parent) if unit.parent else None
                self.charter.establish(Unit(names[unit.id], unit.tier, unit.name, parent, unit.label, unit.kind))
            self.entries += [self._renamed(entry, names) for entry in entries]

    @staticmethod
    def unit(number, unit):
        return f"{unit}.{number}"

    def entry(self, number, entry):
        unit, _, seq = entry.rpartition("#")
        return f"{self.unit(number, unit)}#{seq}"

    def key(self, number, key):
        """The key of an obligation, which may be an entry's id."""
        return self.entry(number, key) if "#" in key else key

    def _renamed(self, entry, names):
        told = {name: _told(getattr(entry, name), names) for name in ("subject", "ref", "payload")}
        return replace(entry, unit=names[entry.unit], **told)


def _told(value, names):
    """A JSON value with the units it names, and entries' ids, called by their new names."""
    if isinstance(value, dict):
        return {names.get(key, key): _told(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_told(item, names) for item in value]
    if not isinstance(value, str):
        return value
    unit, mark, seq = value.partition("#")
    return f"{names[unit]}{mark}{seq}" if unit in names else value
