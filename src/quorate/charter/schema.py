"""The JSON Schema of the charter language (draft 2020-12), for editors: from the same models that check a charter.

``schema.json`` beside this module is its output, published with the package; ``python -m quorate.charter.schema``
prints it anew.
A schema sees shape only: references, circles and contradictions are for `quorate.charter.read`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from quorate.charter.model import CharterFile
from quorate.charter.walk import reference_fields
from quorate.clauses import KINDS, Clause
from quorate.terms.parts import By, Figure, Span, Whole

_REFERS = {
    "source": "The id of a source.",
    "tier": "The id of a tier.",
    "organ": "The id of an organ.",
    "office": "The id of an office.",
    "post": "The id of an organ (a seat on it) or of an office.",
    "business": "The id of a kind of business.",
    "unit": "The id of a unit.",
    "matter": "The name of a matter that a clause declares.",
}
_COMMON = {
    "id": "Its id, by which everything else names it: small letters, digits, hyphens, dots.",
    "name": "Its name, for people to read.",
    "title": "Its title, for people to read.",
    "label": "The name in the organisation's own language.",
    "note": "A remark.",
    "kind": "What kind of thing it is.",
    "cite": "The place in the rules that states it.",
    "assumed": "True where no source states it.",
    "seats": "How many persons.",
    "term": "How long a term of office lasts.",
    "parent": "The id of the unit it stands below.",
    "unit": "The unit of time.",
    "value": "The number.",
    "clauses": "The rules, each of one kind.",
    "from": "The first day.",
    "to": "The last day; left out while there is none.",
    "membership": "Who its members are: holders of seats, everyone in the unit, or those with credentials.",
    "standing": "Whether units of the tier are the organisation's own.",
    "mode": "Whether the office is filled by the appointment, or the appointment confirms an election.",
    "method": "The method of counting or apportioning.",
    "majority": "The share that a candidate of a slate needs.",
    "of": "What the share is a share of.",
    "tie": "What decides a tie.",
    "secret": "Whether the ballot is secret.",
    "default": "The option that stands for none of the others.",
    "per": "The calendar period.",
    "standings": "The standings a member may have.",
    "admitted_as": "The standing of somebody newly admitted.",
    "matter": "The name of the matter, which begins the names of its acts.",
    "about": "Whether the matter is about a person, a unit, or neither.",
    "after": "The stages it may follow.",
    "not_by_actor_of": "Stages whose actor may not take this one.",
    "repeat": "Whether it may be taken more than once.",
    "final": "Whether it closes the matter.",
    "report": "The name of the report.",
    "document": "The kind of document.",
    "to_origin": "Whether it goes to where the matter came from.",
    "to_subject": "Whether it goes to the unit of the person the matter is about.",
    "of_kind": "Only units of this kind.",
}


class _Plain(GenerateJsonSchema):
    """Leaves out `null`: a key without a value is refused, so an optional key is simply left out."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        if found.get("default", ...) is None:
            del found["default"]
        return found


def schema() -> dict[str, Any]:
    """The JSON Schema of a charter's YAML."""
    found = CharterFile.model_json_schema(by_alias=True, schema_generator=_Plain)
    for model in set(_models(CharterFile)):
        part = found if model is CharterFile else found["$defs"].get(model.__name__)
        if part is not None:
            _describe(part, model)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:quorate:charter:1",
        **found,
        "title": "Quorate charter",
    }


def published() -> dict[str, Any]:
    """The schema as published in the package."""
    text = resources.files("quorate.charter").joinpath("schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all models below it."""
    waiting: list[Any] = [model, *KINDS.values()]
    seen: set[type[BaseModel]] = set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, type) and issubclass(item, BaseModel) and item not in seen:
            seen.add(item)
            yield item
            waiting += [info.annotation for info in item.model_fields.values()]
        waiting += get_args(item)


def _describe(part: dict[str, Any], model: type[BaseModel]) -> None:
    """Say of every key what it holds, and of every figure that it needs its evidence."""
    refers = reference_fields(model)
    for name, key in part.get("properties", {}).items():
        key.pop("title", None)
        if "description" not in key:
            words = _COMMON.get(name) or _REFERS.get(refers.get(name, "")) or _of_type(model, name)
            if words:
                key["description"] = words
        if name == "kind" and model in KINDS.values():
            key["description"] = getattr(model, "summary", "") or _COMMON["kind"]
    if issubclass(model, Clause):
        part["title"] = f"{part['properties']['kind']['const']}: {model.summary}"
    if issubclass(model, Figure):
        part["oneOf"] = [{"required": ["source"]}, {"required": ["assumed"]}]
    if model is By:
        part["anyOf"] = [{"required": ["offices"]}, {"required": ["organs"]}]


def _of_type(model: type[BaseModel], name: str) -> str:
    info = next((info for field, info in model.model_fields.items() if name in (field, info.alias)), None)
    types = {info.annotation, *get_args(info.annotation)} if info else set()
    if Span in types:
        return "A length of time, with its evidence."
    if Whole in types:
        return "A whole number, with its evidence."
    if Figure in types:
        return "A number or fraction, with its evidence."
    if By in types:
        return "Who may do it: offices, and organs by their members."
    part = next((kind for kind in _parts(info.annotation) if kind.__doc__), None) if info else None
    return str(part.__doc__).split("\n", 1)[0] if part else ""


def _parts(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    """The models an annotation names itself."""
    for item in (annotation, *get_args(annotation)):
        if isinstance(item, type) and issubclass(item, BaseModel):
            yield item


def main() -> None:
    """Print the schema, as published."""
    print(json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=False))


if __name__ == "__main__":
    main()
