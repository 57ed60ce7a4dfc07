"""All the situations in which cases are judged."""

from clauses import conferences, matters, posts, registers, seated
from clauses.conferences import instruction
from clauses.matters import decide_appeal
from clauses.seated import CENTRE, COMMITTEE, FIRST, PROVINCE, SECOND, known, offices, seats
from clauses.situation import BUILDERS, in_situation

MODULES = (seated, posts, matters, conferences, registers)  # importing them lists their situations

__all__ = [
    "BUILDERS",
    "CENTRE",
    "COMMITTEE",
    "FIRST",
    "MODULES",
    "PROVINCE",
    "SECOND",
    "decide_appeal",
    "in_situation",
    "instruction",
    "known",
    "offices",
    "seats",
]
