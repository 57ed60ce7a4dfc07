"""The reference of the command line, made from the commands; ``python -m quorate.cli.reference`` prints it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from quorate.cli.app import ABOUT, PANELS, function, program, within
from quorate.cli.place import VARIABLE, RecordCommand

HEAD = f"""# Command line

{{about}}

Every command prints plain text without colour where its output is piped, and JSON with `--json`. Messages about what
went wrong go to standard error.

| code | meaning |
|---|---|
| 0 | fine |
| 1 | findings: faults, an act refused, something overdue, a log that does not verify, charters that differ |
| 2 | something to put right first: the command line, a file, a name, a date |
| 70 | a fault of the program; `QUORATE_DEBUG=1` shows its traceback |
| 130, 141 | stopped by Ctrl-C; whoever read the output has stopped reading |

| variable | meaning |
|---|---|
| `{VARIABLE}` | the record of commands that are given none |
| `QUORATE_ON` | the day of `--on` where it is not given |
| `NO_COLOR` | no colour, on a terminal too |

"""


def reference() -> str:
    """The reference as Markdown."""
    commands: dict[str, Any] = program([]).commands  # type: ignore[attr-defined]
    parts = [HEAD.format(about=ABOUT.split("\nExit codes")[0])]
    for panel, names in PANELS.items():
        parts.append(f"## {panel}\n\n")
        for name in names:
            parts.append("".join(_command(name, commands[name], function(name))))
            parts += ["".join(_command(f"{name} {word}", *inner)) for word, inner in within(name).items()]
    return "".join(parts).rstrip() + "\n"


def example(name: str) -> str:
    """The example in a command's help."""
    return example_in(function(name))


def example_in(run: Callable[..., None]) -> str:
    """The example in the help of a command, which has one."""
    found = re.search(r"^Example: (.+)$", inspect.getdoc(run) or "", re.MULTILINE)
    assert found, f"{run.__name__} has no example"
    return found[1]


def _command(name: str, command: Any, run: Callable[..., None]) -> Iterator[str]:  # noqa: ANN401 - as the framework
    text = inspect.getdoc(run) or ""
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and param.name != "help"]
    shape = " ".join(["quorate", name, *(_shown(param) for param in arguments), *(["[OPTIONS]"] if options else [])])
    yield f"### quorate {name}\n\n{text.split('Example:')[0].strip()}\n\n```\n{shape}\n```\n\n"
    yield f"Example: `{example_in(run)}`\n\n"
    if isinstance(command, RecordCommand):
        yield f"RECORD may be left out where `{VARIABLE}` names one.\n\n"
    if arguments or options:
        yield "| | |\n|---|---|\n"
        for param in arguments:
            yield f"| `{param.metavar}` | {_help(param)} |\n"
        for param in options:
            yield f"| {_flags(param)} | {_help(param)} |\n"
        yield "\n"


def _shown(param: Any) -> str:  # noqa: ANN401
    many = "..." if param.nargs == -1 else ""
    return f"{param.metavar}{many}" if param.required else f"[{param.metavar}{many}]"


def _flags(param: Any) -> str:  # noqa: ANN401
    names = ", ".join(f"`{name}`" for name in sorted(param.opts, key=len, reverse=True))
    return names + "".join(f", `{name}`" for name in param.secondary_opts)


def _help(param: Any) -> str:  # noqa: ANN401
    words = (param.help or "").replace("|", "\\|")
    if param.param_type_name == "option" and param.required:
        return f"{words} Required."
    told = param.default not in (None, False, True, ()) and isinstance(param.default, (str, int))
    return f"{words} Default: `{param.default}`." if told else words


if __name__ == "__main__":
    print(reference(), end="")
