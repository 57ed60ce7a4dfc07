"""Charters: read and checked, explained, compared; the JSON Schema of their language."""
