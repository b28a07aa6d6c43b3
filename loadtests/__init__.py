"""What happens to the service when many tills and apps use it at once.

`python -m loadtests` (or `make load`) starts its own service on its own data directory. Then it
lets the personas of locust call it, and then it attacks it (`attacks`). Load tests and benchmarks
print what they measure, and judge nothing.
"""
