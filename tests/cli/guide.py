"""The guide's examples: find them, run them, compare. `python tests/cli/guide.py` writes their outputs anew."""

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from quorate.cli.failing import run

HERE = Path(__file__).parent
GUIDE = HERE.parents[1] / "docs" / "guide" / "commands.md"
FIRST = GUIDE.with_name("first-charter.md")
AUDIT = GUIDE.with_name("audit.md")
WIDTH = "100"
FILE = re.compile(r"^`([^`]+)`:\n\n```(?:yaml|csv)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+\.svg)\)")
VOLATILE = ((r"\b(?=\d*[a-f])[0-9a-f]{16,128}\b", "..."), (r"\([\d,]+ bytes\)", "(... bytes)"))


def settle(folder):
    """Put what the guide begins with into a folder: the club's charter, a later version of it, its CSVs and acts."""
    shutil.copytree(HERE / "club", folder / "club")
    for name in ("members.csv", "holders.csv", "acts.yaml"):
        shutil.move(folder / "club" / name, folder / name)
    later = (HERE / "club" / "charter.yaml").read_text(encoding="utf-8")
    later = later.replace('{from: "2014-01-01"}', '{from: "2016-01-01"}')
    later = later.replace(
        "    at_least: {value: 1, source: bylaws}\n    per: month",
        "    at_least: {value: 2, source: bylaws}\n    per: month",
    )
    (folder / "club-2016").mkdir()
    (folder / "club-2016" / "charter.yaml").write_text(later, encoding="utf-8")


def lay_out(text, folder):
    """Write the files a guide shows, each named on the line before it."""
    for name, content in FILE.findall(text):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def examples(text):
    """The guide's commands in order, each with the lines it should print."""
    found = []
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def called(command):
    """What a command prints, standard error last, and its exit code where it is not 0 as a last line `[1]`."""
    words = shlex.split(command)
    assert words[0] == "quorate", command
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(words[1:])
    lines = [*out.getvalue().splitlines(), *err.getvalue().splitlines()]
    return [*lines, f"[{code}]"] if code else lines


def agrees(expected, actual):
    """Whether lines are as expected, where `...` stands for anything, and alone on a line for any lines."""
    parts = (re.escape(line).replace(r"\.\.\.", ".*") if line != "..." else "\0" for line in expected)
    pattern = "\n".join(parts).replace("\n\0", "(?:\n.*)*").replace("\0", "(?:.*\n?)*")
    return re.fullmatch(pattern, "\n".join(actual)) is not None


def masked(line):
    """A line with what differs from run to run left open."""
    for pattern, instead in VOLATILE:
        line = re.sub(pattern, instead, line)
    return line


def write(guide, prepare, width=WIDTH):
    """Run a guide, and write what its commands print into it, leaving what agrees as it is; and the pictures it shows
    beside it.
    """
    text = guide.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        os.chdir(name)
        os.environ["COLUMNS"] = width

        def again(block):
            lines = []
            for command, expected in examples(block[0]):
                actual = called(command)
                lines += [f"$ {command}", *(expected if agrees(expected, actual) else map(masked, actual))]
            return "```console\n" + "\n".join(lines) + "\n```"

        text = BLOCK.sub(again, text)
        for picture in PICTURE.findall(text):
            shutil.copy(picture, guide.parent)
        os.chdir("/")
    guide.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(GUIDE, settle)
    for page in (FIRST, AUDIT):
        write(page, lambda folder, page=page: lay_out(page.read_text(encoding="utf-8"), folder))
    sys.exit()
