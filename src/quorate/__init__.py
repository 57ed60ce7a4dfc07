"""Quorate: committee organisations as code. One charter, read to run, to simulate and to audit."""

__version__ = "0.1.0"
