"""What a request over HTTP costs, and which part of the service it costs it.

A generator in a process of its own calls a service that was started for the bench. Two checkouts
can be measured in turns.
"""
