"""Named situations: each is built once, through the record, and copied for every case."""

from functools import cache

from clauses.world import World

BUILDERS = {}


def situation(name, after=None, charter=None):
    """Register a function that builds a situation, on top of another or on an empty record."""

    def keep(build):
        assert name not in BUILDERS, f"two situations are called {name!r}"
        BUILDERS[name] = (build, after, charter)
        return build

    return keep


@cache
def _built(name):
    build, after, charter = BUILDERS[name]
    world = _built(after).copy() if after else World(charter or "wpk-provincial")
    build(world)
    return world


def in_situation(name):
    """A record of one's own in a named situation."""
    return _built(name).copy()
