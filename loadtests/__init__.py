"""Load: what many tills and apps at once do to the service.

Benchmarks print what they measure and judge nothing.

`python -m loadtests` (or `make load`) starts a service of its own, on a data directory of its own,
and sends locust's personas at it.
"""
