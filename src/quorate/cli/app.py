"""The commands there are, and the program made of them. A command's module is imported when it is called or listed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import typer

from quorate.cli.failing import PipeClosed, Stopped

PANELS: dict[str, tuple[str, ...]] = {
    "Charters": ("check", "explain", "diff", "chart", "schema"),
    "Keeping a record": ("init", "act", "amend"),
    "Asking a record": (
        "due",
        "roster",
        "calendar",
        "meeting",
        "directive",
        "case",
        "report",
        "delegates",
        "books",
        "log",
    ),
    "Judging any log": ("audit",),
    "Showing that it is whole": ("verify", "export", "import", "checkpoint", "keygen"),
    "Looking ahead": ("simulate",),
    "Trying it out": ("demo",),
}
COMMANDS = {name: panel for panel, names in PANELS.items() for name in names}
ABOUT = """Committee organisations as code: run one by its charter, and ask it what is so and what is due.

A record is a folder (holding record.db) or a postgresql:// address. Where $QUORATE_RECORD names one, leave it out.
Exit codes: 0 fine, 1 findings or a refusal, 2 something to put right first, 70 a fault of the program."""


def program(arguments: Sequence[str]) -> Callable[..., Any]:
    """The program with the command that the arguments name, or with all of them where they name none."""
    name = arguments[0] if arguments else ""
    app = typer.Typer(add_completion=False, rich_markup_mode="rich", help=ABOUT, no_args_is_help=True)
    app.callback()(_nothing)
    for command in [name] if name in COMMANDS else COMMANDS:
        run = function(command)
        app.command(command, rich_help_panel=COMMANDS[command], cls=getattr(_module(command), "COMMAND", None))(
            clean(run)
        )
    return typer.main.get_command(app)


def function(command: str) -> Callable[..., None]:
    """The function behind a command."""
    found: Callable[..., None] = _module(command).run
    return found


def within(command: str) -> dict[str, tuple[Any, Callable[..., None]]]:
    """The commands within a command, by name, each with the function behind it."""
    found: dict[str, tuple[Any, Callable[..., None]]] = getattr(_module(command), "within", dict)()
    return found


def _module(command: str) -> Any:  # noqa: ANN401 - a module
    return import_module(f"quorate.cli.{command.replace('import', 'import_')}")


def _nothing() -> None:
    """Take no options before the command."""


_nothing.__doc__ = ABOUT


def clean(run: Callable[..., None]) -> Callable[..., None]:
    """Keep a closed pipe and Ctrl-C from the framework, which would end them with other codes."""

    @functools.wraps(run)
    def called(*args: Any, **options: Any) -> None:  # noqa: ANN401
        try:
            run(*args, **options)
        except BrokenPipeError:
            raise PipeClosed from None
        except KeyboardInterrupt:
            raise Stopped from None

    return called
