"""What an address says of a body that goes to the disk: its own limits of bytes and of time."""

from typing import Any

STREAMED = "streamed"
"""Option of a handler: it reads the body itself."""
BYTES_MAX = "bytes_max"
BODY_SECONDS = "body_seconds"
"""Option of a handler, and its name in the state of a request."""


def streamed(*, bytes_max: int, body_seconds: int) -> dict[str, Any]:
    """Handler options: the body goes to the disk."""
    return {STREAMED: True, BYTES_MAX: bytes_max, BODY_SECONDS: body_seconds}
