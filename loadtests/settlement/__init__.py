"""Measures of settlement: what a month costs the machine.

Months of millions of uses are made by SQL; the service rates, closes and reconciles them.
"""
