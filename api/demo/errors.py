"""How the demo fails: one exception, whose message says what did not hold."""


class DemoFailed(Exception):
    """The demo cannot go on, or something does not add up.

    The message is meant for the person at the terminal.
    """


def require(holds: object, message: str) -> None:
    """Raises DemoFailed with the message unless the condition holds."""
    if not holds:
        raise DemoFailed(message)


def require_equal(what: str, found: object, expected: object) -> None:
    """Raises DemoFailed unless the service's figure equals the demo's own."""
    if found != expected:
        raise DemoFailed(f"{what}: the service says {found}, the demo counted {expected}")
