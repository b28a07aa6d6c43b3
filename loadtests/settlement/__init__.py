"""Measures of settlement: what a month costs the machine."""
