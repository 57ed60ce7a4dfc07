"""``python -m quorate.cli`` is `quorate`."""

from quorate.cli import main

main()
