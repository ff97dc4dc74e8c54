"""Faults: real processes are driven, injured and counted. ``python -m bench.faults``."""
