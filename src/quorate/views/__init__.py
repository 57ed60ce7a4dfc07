"""Questions to a record: who holds what, what is owed, what became of a matter. Nothing is written or printed here.

Every answer is a frozen dataclass, sorted, the same for the same record, and turns into plain JSON values by `as_json`.
"""

from quorate.views.books import beancount, books
from quorate.views.calendar import calendar
from quorate.views.case import case
from quorate.views.delegates import delegates
from quorate.views.due import due
from quorate.views.matters import matter_tree
from quorate.views.meeting import meeting, meetings
from quorate.views.reports import reports
from quorate.views.roster import roster

__all__ = [
    "beancount",
    "books",
    "calendar",
    "case",
    "delegates",
    "due",
    "matter_tree",
    "meeting",
    "meetings",
    "reports",
    "roster",
]
