"""The one error of the embedded servers."""


class EmbeddedServerError(Exception):
    """An embedded server cannot be started, reached or stopped; the message says what to do about it."""
