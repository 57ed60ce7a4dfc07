"""`quorate schema`."""

from __future__ import annotations

from quorate.cli.show import as_json


def run() -> None:
    """Print the JSON Schema of the charter language.

    Editors complete and check charters with it.

    Example: quorate schema > charter-schema.json
    """
    from quorate.charter.schema import published

    as_json(published())
