"""The reference of scenarios, made from the models and from the parameters there are; ``python -m
quorate.simulate.scenario.reference`` prints it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from quorate.simulate.scenario.parameters import declared, declarers
from quorate.simulate.scenario.parts import ScenarioFile
from quorate.world.parameters import Parameter

HEAD = """# Scenarios

Written from the models and the parameters by `python -m quorate.simulate.scenario.reference`.

A scenario is a YAML file that says what the charter does not: who there is on the first day, how people act, what is
left undone, what comes from outside, and what would be otherwise. `quorate simulate CHARTER --scenario S` takes a
file, or the name of one in the charter's folder `simulate`; left out, that is `default`.

```yaml
title: Meetings twice a year, and a slow department
based_on: default.yaml           # all that is not said here is as said there
behaviour:
  attendance: 0.85               # everywhere
  approval_days: {default: 20, tier: {department: 25}, unit: {HQ.staff: 90}}
rules:
  committee.cadence: {at_most: {value: 6, unit: months}}
lapses:
  - {clause: branch.report, rate: 0.02, below: NORTH}
shocks:
  - {from: "2015-06-01", to: "2015-08-31", below: NORTH, lapse: {branch.report: 1}}
```

**Based on another.** A parameter given as a number replaces all that was said of it; given as keys, it changes those
it names. An opening replaces that of the same tier. Lapses, happenings and shocks are added. Of the population and
the rules, what is named is replaced.

**Which units.** Of what is said of a parameter the most specific holds: `unit` before `below` (the nearest unit that it
stands below) before `tier` before `default`. What is said of a `clause` holds before all that is said in general. A
basic organisation made by the population has the id of the unit above, its tier and a number: `NORTH/hill/cell-3`.

**Lapses.** Each obligation of the clause is left undone with the probability `rate`, by itself. Of several lapses of a
clause the most specific holds, the later among equals. A clause that demands nothing of anybody cannot lapse, and is
refused.

**Shocks** hold between two days, both among them, before all else; of several, the one written last.

**Rules** change clauses by id: fields replaced, at any depth; `drop` takes a field or a clause away; `{add: {kind:
...}}` adds a clause. Entries of a list that have ids, such as the stages of a procedure, are changed by id in the same
way, and `{add: ..., following: other}` adds one. A number that is changed is assumed unless it names a source of the
charter's. The changed charter is checked as any charter is, and lies beside the log, in `charter/`, for `quorate
audit`.

**Numbers of fact** have a `source`, or say `assumed: true`. Numbers of behaviour may be plain, and are then assumed;
`{value: 0.9, source: ...}` says where one comes from.

**Refused**, with file, line, column and the nearest valid name: what the keys below do not know or cannot hold; rates
and parameters out of their range; tiers, units, clauses, posts, organs and acts that the charter does not know; days
that are none, or reversed; more seats than the charter gives or than there are members; more members than the basic
organisations can hold; rules that leave the charter unfit; happenings, shocks and ends of terms outside the days
simulated.

**Varied.** `--sweep PATH=A,B` puts each value at a path: `behaviour.attendance`, `behaviour.attendance.tier.cell`,
`lapses.branch.report` (its rate), `rules.committee.cadence.at_most.value`, `population.members`. `--runs N` takes the
seed given for the first run; run k's is the first 63 bits of the SHA-256 of `<seed>/<k>`.

"""


def reference() -> str:
    """The reference as Markdown."""
    parts = [
        HEAD,
        "## Parameters\n\nWhat `behaviour`, `flows` and shocks may set, and which kinds of clause ask for it.\n\n",
    ]
    parts += _parameters()
    schema = ScenarioFile.model_json_schema(by_alias=True)
    parts += ["\n## Keys\n\n", *_keys(schema)]
    for name in sorted(schema["$defs"]):
        found = schema["$defs"][name]
        words = " ".join(str(found.get("description", "")).split())
        parts += [f"\n### {name}\n\n{words}\n\n", *_keys(found)]
    return "".join(parts).rstrip() + "\n"


def within(parameter: Parameter) -> str:
    """The range a parameter may be set in."""
    return f"{parameter.least:g} to {parameter.most:g}"


def evidence(parameter: Parameter) -> str:
    """Where a parameter's default comes from."""
    return parameter.source or "assumed"


def _parameters() -> Iterator[str]:
    yield "| parameter | what it is | default | range | evidence | asked by |\n|---|---|---|---|---|---|\n"
    for name, one in declared().items():
        default = f"{one.default:g} {one.unit}".strip()
        kinds = ", ".join(declarers()[name]) or "the engine"
        yield f"| `{name}` | {one.words} | {default} | {within(one)} | {evidence(one)} | {kinds} |\n"


def _keys(part: dict[str, Any]) -> Iterator[str]:
    yield "| key | holds | |\n|---|---|---|\n"
    for name, field in part["properties"].items():
        needed = "**needed**. " if name in part.get("required", ()) else ""
        yield f"| `{name}` | {_holds(field)} | {needed}{field.get('description', '')} |\n"


def _holds(field: dict[str, Any]) -> str:
    """What a key holds, in words."""
    if "anyOf" in field:
        kinds = [_holds(option) for option in field["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in field:
        name = str(field["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "const" in field:
        return f"`{str(field['const']).lower()}`"
    if field.get("type") == "array":
        return f"a list of {_holds(field['items'])}" if "items" in field else "a list"
    names = {"string": "text", "integer": "a whole number", "number": "a number", "object": "keys with values"}
    return names.get(field.get("type", ""), "a value")


if __name__ == "__main__":
    sys.stdout.write(reference())
