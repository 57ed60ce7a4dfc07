"""Generic walks over a charter's parts: what each refers to, and every number with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from quorate.charter.document import Path
from quorate.terms.parts import Figure, Ref


class Reference(NamedTuple):
    """A reference: where it stands, to what table, to which id."""

    path: Path
    to: str
    id: str


class _Field(NamedTuple):
    name: str
    key: str
    to: str | None


@cache
def _fields(model: type[BaseModel]) -> tuple[_Field, ...]:
    return tuple(
        _Field(name, info.alias or name, _target(info.annotation, tuple(info.metadata)))
        for name, info in model.model_fields.items()
    )


def _target(annotation: Any, metadata: tuple[Any, ...]) -> str | None:  # noqa: ANN401 - any annotation
    """The table a field's `Ref` names, at any depth of its annotation."""
    marks = (*metadata, *getattr(annotation, "__metadata__", ()))
    found = next((mark.to for mark in marks if isinstance(mark, Ref)), None)
    if found or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return found
    return next(filter(None, (_target(argument, ()) for argument in get_args(annotation))), None)


def references(part: BaseModel, path: Path = ()) -> Iterator[Reference]:
    """Every reference a part makes, in the order written in the model."""
    for name, key, to in _fields(type(part)):
        value = getattr(part, name)
        if value is None or not (to or isinstance(value, (BaseModel, tuple))):
            continue
        if to and isinstance(value, str):
            yield Reference((*path, key), to, value)
        elif isinstance(value, BaseModel):
            yield from references(value, (*path, key))
        elif to and isinstance(value, dict):
            for ident in value:
                yield Reference((*path, key, ident), to, ident)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from references(item, (*path, key, index))
                elif to and isinstance(item, str):
                    yield Reference((*path, key, index), to, item)


def numbers(part: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Figure]]:
    """Every figure of a part with its path."""
    if isinstance(part, Figure):
        yield path, part
        return
    for name, key, _ in _fields(type(part)):
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            yield from numbers(value, (*path, key))
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from numbers(item, (*path, key, index))


def dotted(path: Path) -> str:
    """A path as people write it: ``offices[2].at_least``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def reference_fields(model: type[BaseModel]) -> dict[str, str]:
    """The fields of a model that hold references, by key, with the table each names."""
    return {field.key: field.to for field in _fields(model) if field.to}
