"""The base of every business error.

A refusal is declared beside the code that raises it and is part of the interface: its `code` never
changes and becomes the problem type at the HTTP boundary. A refused operation has changed nothing.
"""

from typing import Any, ClassVar

JSON = Any
"""A value the `json` module can write: the type system cannot say it more precisely without recursion."""


class Refusal(Exception):
    """A request that was understood and is refused.

    `code` is stable and kebab-case, `status` the HTTP status it maps to, `title` one fixed
    sentence. `detail` speaks of this occurrence; `extra` holds further members of the problem
    document.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The request is refused."
    is_transient: ClassVar[bool] = False
    """Whether the same request may succeed later: such a refusal is not stored, and its key stays free."""

    def __init__(self, detail: str = "", **extra: JSON) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra = extra

    def document(self) -> dict[str, JSON]:
        """The refusal as stored with an operation: enough to answer a replay with the same words."""
        return {
            "code": self.code,
            "status": self.status,
            "title": self.title,
            "detail": self.detail,
            **self.extra,
        }


class StoredRefusal(Refusal):
    """A refusal read back from storage: it answers with the words of the first time."""

    def __init__(self, document: dict[str, JSON]) -> None:
        rest = dict(document)
        self.code = rest.pop("code")  # type: ignore[misc]  # the stored code takes the place of the class's
        self.status = rest.pop("status")  # type: ignore[misc]
        self.title = rest.pop("title")  # type: ignore[misc]
        super().__init__(rest.pop("detail"), **rest)
