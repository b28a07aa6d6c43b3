"""Fulfilment: the answer to a supplier's callback."""

from typing import TypedDict


class CallbackAnswer(TypedDict):
    """The state of the order after the callback, and whether the callback changed it."""

    request_number: str
    state: str
    changed: bool
