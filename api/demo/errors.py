"""How the demo fails: with one exception, whose message says what is wrong."""


class DemoFailed(Exception):
    """The demo cannot go on, or something does not add up. The message is for its user."""


def require(holds: object, message: str) -> None:
    """Raise DemoFailed with this message unless the condition holds."""
    if not holds:
        raise DemoFailed(message)


def require_equal(what: str, found: object, expected: object) -> None:
    """Raise DemoFailed unless the service has the same figure as the demo."""
    if found != expected:
        raise DemoFailed(f"{what}: the service says {found}, the demo counted {expected}")
