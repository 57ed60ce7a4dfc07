"""The demonstration: a record lived through by scripted officers from a scenario, and what it shows at the end."""

from quorate.demo.run import run

__all__ = ["run"]
