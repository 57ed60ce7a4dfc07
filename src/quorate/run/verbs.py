"""The acts there are, and what each must state. Stages of procedures (``<matter>.<stage>``) are acts as well; the
charter declares those.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from quorate.errors import QuorateError
from quorate.log.canonical import check_json
from quorate.terms import dates
from quorate.terms.act import Act, persons

COLUMNS = ("actor", "organ", "office", "subject", "meeting", "ref")
LONGEST_ID = 500  # a task's id grows with each unit it is passed on to
LONGEST_SOURCE = 4000


class Malformed(QuorateError):
    """An act that cannot be judged, because something it must state is missing or of the wrong type."""

    def __init__(self, verb: str, problem: str, advice: str = "") -> None:
        super().__init__(f"{verb}: {problem}", advice=advice)


class UnknownVerb(QuorateError):
    """An act that neither the language nor the charter knows."""

    def __init__(self, verb: str, known: list[str]) -> None:
        near = get_close_matches(verb, known, n=1, cutoff=0.4)
        super().__init__(f"there is no act {verb!r}", advice=f"Did you mean {near[0]!r}?" if near else "")


@dataclass(frozen=True, slots=True)
class Shape:
    """What an act must state: columns of the act itself, payload fields with their types, and fields it may state
    besides.
    """

    words: str
    columns: tuple[str, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    may: tuple[tuple[str, str], ...] = ()


_POST = (("post", "text"),)
_MEETING = ("meeting",)

SHAPES: dict[str, Shape] = {
    "unit.establish": Shape(
        "Found a unit below this one",
        ("subject",),
        (("tier", "text"), ("name", "text")),
        (("kind", "text"), ("label", "text")),
    ),
    "instruction.issue": Shape(
        "Instruct units to convene an organ", ("organ",), (), (("to", "texts"), ("text", "text"), ("hold_by", "date"))
    ),
    "meeting.convene": Shape(
        "Call an organ together",
        ("organ", "meeting"),
        (("on", "date"),),
        (("agenda", "texts"), ("place", "text"), ("sponsors", "texts")),
    ),
    "meeting.cancel": Shape("Call off a meeting", _MEETING, (("reason", "text"),)),
    "meeting.open": Shape("Open a meeting", _MEETING, (("present", "texts"),), (("chair", "text"),)),
    "meeting.attend": Shape("Record who came or left", _MEETING, (), (("arrived", "texts"), ("left", "texts"))),
    "meeting.hear": Shape(
        "Hear a report or communication", _MEETING, (("business", "text"),), (("text", "text"), ("by", "text"))
    ),
    "motion.put": Shape(
        "Put a motion",
        _MEETING,
        (("motion", "text"), ("business", "text"), ("text", "text")),
        (("mover", "text"), ("seconder", "text"), ("options", "map"), ("kinds", "map")),
    ),
    "motion.vote": Shape(
        "Record a vote and what it decided",
        _MEETING,
        (("motion", "text"),),
        (
            ("for", "count"),
            ("against", "count"),
            ("abstain", "count"),
            ("ballots", "ballots"),
            ("secret", "flag"),
            ("casting", "text"),
        ),
    ),
    "meeting.minutes": Shape("Enter the minutes", _MEETING, (("text", "text"),)),
    "meeting.close": Shape("Close a meeting", _MEETING),
    "meeting.adjourn": Shape("End a meeting that cannot do its business", _MEETING, (("reason", "text"),)),
    "election.call": Shape(
        "Call an election in a meeting",
        _MEETING,
        (("election", "text"), ("fills", "text"), ("seats", "number")),
        (("seed", "text"),),
    ),
    "election.nominate": Shape(
        "Nominate somebody (`subject`), or several (`persons`)",
        _MEETING,
        (("election", "text"),),
        (("persons", "texts"),),
    ),
    "election.count": Shape("Count the ballots", _MEETING, (("election", "text"), ("ballots", "ballots"))),
    "office.nominate": Shape("Put somebody forward to the appointing unit", ("subject",), _POST),
    "office.take": Shape("Take office", ("subject",), _POST),
    "office.act": Shape("Act in a vacant office", ("subject",), (*_POST, ("reason", "text"))),
    "office.except": Shape(
        "Record an exception to the rule of appointment", ("subject",), (*_POST, ("reason", "text"))
    ),
    "office.resign": Shape("Resign a post", (), _POST, (("reason", "text"),)),
    "office.recall": Shape("Recall somebody from a post", ("subject", "ref"), (*_POST, ("reason", "text"))),
    "office.appoint": Shape(
        "Appoint somebody in a unit", ("subject",), _POST, (("to", "text"), ("name", "text"), ("reason", "text"))
    ),
    "office.withdraw": Shape("Withdraw an appointment", ("subject",), (*_POST, ("reason", "text")), (("to", "text"),)),
    "nomination.approve": Shape("Approve a nomination", ("ref",)),
    "nomination.refuse": Shape("Refuse a nomination", ("ref",), (("reason", "text"),)),
    "conference.apportion": Shape(
        "Apportion a conference's seats", (), (("conference", "text"),), (("members", "map"),)
    ),
    "credential.issue": Shape("Send representatives' credentials", (), (("conference", "text"), ("persons", "texts"))),
    "credential.check": Shape(
        "Accept or reject the credential of one (`subject`) or several (`persons`)",
        (),
        (("conference", "text"), ("accepted", "flag")),
        (("reason", "text"), ("persons", "texts")),
    ),
    "member.admit": Shape(
        "Admit a member", ("subject",), (), (("name", "text"), ("label", "text"), ("standing", "text"))
    ),
    "member.standing": Shape("Change a member's standing", ("subject",), (("standing", "text"), ("reason", "text"))),
    "member.leave": Shape("Record that a member left or died", ("subject",), (("reason", "text"),)),
    "member.transfer": Shape("Transfer a member to another organisation", ("subject",), (("to", "text"),)),
    "member.certify": Shape("Certify a membership to another unit", ("subject",), (("to", "text"),)),
    "report.file": Shape(
        "File a routine report",
        ("ref",),
        (("report", "text"), ("period", "text")),
        (("text", "text"), ("figures", "map")),
    ),
    "report.acknowledge": Shape("Acknowledge a report", ("ref",)),
    "report.return": Shape("Return a report for completion", ("ref",), (("reason", "text"),)),
    "account.open": Shape(
        "Open an account", (), (("account", "text"), ("type", "text"), ("currency", "text")), (("name", "text"),)
    ),
    "budget.adopt": Shape("Adopt a year's budget", ("ref",), (("year", "text"), ("lines", "lines"))),
    "transaction.post": Shape(
        "Post a balanced transaction", (), (("text", "text"), ("lines", "lines")), (("dues", "text"),)
    ),
}

STAGE = Shape(
    "Take a matter one stage on",
    ("ref",),
    (),
    (
        ("title", "text"),
        ("text", "text"),
        ("reasons", "text"),
        ("findings", "text"),
        ("charge", "text"),
        ("statement", "text"),
        ("outcome", "text"),
        ("standing", "text"),
        ("due", "date"),
        ("to", "texts"),
        ("organ", "text"),
        ("office", "text"),
        ("motion", "text"),
        ("figures", "map"),
    ),
)


def shape_of(verb: str, stages: frozenset[str]) -> Shape:
    """The shape of an act; `stages` are the verbs the charter's procedures declare. Raise `UnknownVerb`."""
    if verb in SHAPES:
        return SHAPES[verb]
    if verb in stages:
        return STAGE
    raise UnknownVerb(verb, sorted(stages | SHAPES.keys()))


def check(act: Act, stages: frozenset[str]) -> None:
    """Raise `Malformed`, `UnknownVerb` or `BadDate` unless the act states what its verb needs, in the right types."""
    shape = shape_of(act.verb, stages)
    dates.moment(act.at)
    for name, _ in shape.needs:  # first: a meeting's or report's id follows from what the act states
        if name not in act.payload:
            raise Malformed(act.verb, f"`{name}` is missing", f"{shape.words}: state `{name}`.")
    _check_columns(act, shape)
    fields = dict(shape.needs + shape.may)
    for name, value in act.payload.items():
        if name not in fields:
            near = get_close_matches(name, fields, n=1)
            raise Malformed(
                act.verb,
                f"`{name}` is not something this act states",
                f"Did you mean `{near[0]}`?" if near else f"It may state {', '.join(fields) or 'nothing more'}.",
            )
        if not _CHECKS[fields[name]](value):
            raise Malformed(act.verb, f"`{name}` must be {_WORDS[fields[name]]}, not {value!r:.60}")
        if value == [] and (name, "texts") in shape.needs:
            raise Malformed(act.verb, f"`{name}` names nobody", f"{shape.words}: state `{name}`.")
        if fields[name] == "date":
            dates.moment(value)
        if name not in _PROSE:
            _check_names(act.verb, name, value)
    check_json(dict(act.payload), act.verb)


def _check_columns(act: Act, shape: Shape) -> None:
    for column in COLUMNS:
        value = getattr(act, column)
        if column in shape.columns and not value:
            raise Malformed(act.verb, f"`{column}` is missing", f"{shape.words}: name its {column}.")
        if value is not None:
            _check_name(act.verb, column, value)
    if act.source is not None and (not isinstance(act.source, str) or len(act.source) > LONGEST_SOURCE):
        raise Malformed(act.verb, "`source` is not text, or too long", f"Keep it to {LONGEST_SOURCE} characters.")
    check_json(act.source, "source")
    if not _names_persons(shape):
        return
    if not persons(act):
        raise Malformed(act.verb, "nobody is named", "Name one person as `subject`, or several as `persons`.")
    if act.subject is not None and "persons" in act.payload:
        raise Malformed(act.verb, "it names both `subject` and `persons`", "Name one person, or several, not both.")


def _names_persons(shape: Shape) -> bool:
    return any(name == "persons" for name, _ in shape.may)


def _check_names(verb: str, field: str, value: Any) -> None:  # noqa: ANN401
    """Names in a payload; a list names nobody twice."""
    if isinstance(value, dict) and field in _NAMING:
        wrong = next((name for name in value.values() if not isinstance(name, str) or not name.strip()), None)
        if wrong is not None:
            raise Malformed(verb, f"`{field}` must hold text, not {wrong!r:.60}")
    named = list(value) if isinstance(value, list | dict) else [value]
    texts = [name for name in named if isinstance(name, str)]
    for name in texts:
        _check_name(verb, field, name)
    if len(set(texts)) < len(texts):
        twice = next(name for name in texts if texts.count(name) > 1)
        raise Malformed(verb, f"`{field}` names {twice} twice", "Name everyone once.")


def _check_name(verb: str, field: str, name: Any) -> None:  # noqa: ANN401
    """What names something is plain: nothing unseen in it, and written as Unicode's NFKC writes it, so that of names
    which look alike more are one (Unicode Standard Annex 15).
    """
    if not isinstance(name, str) or not name or len(name) > LONGEST_ID:
        raise Malformed(verb, f"`{field}` must be text of 1 to {LONGEST_ID} characters, not {name!r:.60}")
    if not name.isprintable() or name != name.strip() or unicodedata.normalize("NFKC", name) != name:
        raise Malformed(
            verb,
            f"`{field}` {name!r:.80} is not a plain name",
            "Write it without unseen, wide or outer blank characters.",
        )


def _texts(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _number(value: Any) -> bool:  # noqa: ANN401
    return type(value) is int and value > 0


def _ballots(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and all(
        isinstance(row, list | tuple) and len(row) == 2 and type(row[0]) is int and row[0] >= 0 for row in value
    )


def _lines(value: Any) -> bool:  # noqa: ANN401
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(row, dict)
            and row.keys() == {"account", "amount"}
            and isinstance(row["account"], str)
            and type(row["amount"]) is int
            for row in value
        )
    )


_PROSE = frozenset(
    ("text", "reason", "reasons", "findings", "charge", "statement", "title", "name", "label", "place", "by")
)
"""Fields that people read; all others hold names of something."""
_NAMING = frozenset(("options",))
"""Tables that give each name a text."""

_CHECKS = {
    "text": lambda value: isinstance(value, str) and bool(value.strip()),
    "texts": _texts,
    "number": _number,
    "count": lambda value: type(value) is int and value >= 0,
    "flag": lambda value: type(value) is bool,
    "date": lambda value: isinstance(value, str),
    "map": lambda value: isinstance(value, dict),
    "ballots": _ballots,
    "lines": _lines,
}
_WORDS = {
    "text": "text",
    "texts": "a list of names",
    "number": "a whole number over nought",
    "count": "a whole number, nought or more",
    "flag": "true or false",
    "date": "a date",
    "map": "a table of names and values",
    "ballots": "a list of [how many papers, what they say]",
    "lines": "a list of {account, amount} in whole minor units",
}
