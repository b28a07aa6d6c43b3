"""The one error of the embedded servers."""


class EmbeddedServerError(Exception):
    """An embedded server cannot be started, reached or stopped. The message says what to do."""
