"""The addresses of the interface, one file per noun.

A handler reads the request, calls one use case and renders its answer.
"""
