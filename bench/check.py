"""Time to check the largest charter at hand, in one process and as its own: ``python bench/check.py [FOLDER]``.

Prints medians and, for scale, the shares of reading YAML, and of starting Python with the package's models.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from quorate.charter.document import LOADER, parse
from quorate.charter.read import load
from quorate.charter.text import Text, decode

CHARTERS = Path(__file__).parents[1] / "charters"
CHECK = "import sys; from pathlib import Path; from quorate.charter.read import load; load(Path(sys.argv[1]))"


def median(work, times):
    """The median milliseconds of doing the work so many times, after once."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def process(*words):
    """Run Python on these arguments to its end."""
    subprocess.run([sys.executable, *words], check=True)


def main():
    """Measure and print."""
    found = [Path(word) for word in sys.argv[1:]] or [path.parent for path in CHARTERS.glob("*/charter.yaml")]
    if not found:
        sys.exit("there is no charter; name a folder that holds charter.yaml")
    folder = max(found, key=lambda path: (path / "charter.yaml").stat().st_size)
    text = decode("charter.yaml", (folder / "charter.yaml").read_bytes())
    assert isinstance(text, Text)
    charter, findings = load(folder)
    units = len(charter.known) if charter else 0
    print(f"{folder.name}: {len(text.lines)} lines, {units} units, {len(findings)} findings; YAML by {LOADER.__name__}")
    print(f"check, in process        {median(lambda: load(folder), 21):7.1f} ms")
    print(f"  of it, reading YAML    {median(lambda: parse(text), 21):7.1f} ms")
    print(f"check, fresh process     {median(lambda: process('-c', CHECK, str(folder)), 11):7.1f} ms")
    print(f"  of it, Python + models {median(lambda: process('-c', 'import quorate.charter.read'), 11):7.1f} ms")


main()
