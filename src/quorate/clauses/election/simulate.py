"""DEV STUB."""

from quorate.world.face import Face

PARAMETERS = ()


def face(clause, world):
    """Stub."""
    return Face(clause, world)
