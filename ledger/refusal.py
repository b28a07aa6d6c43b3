"""The base of every business error.

A refusal is part of the interface: its `code` never changes, and becomes the problem type at the
HTTP boundary. A refused operation has changed nothing. The refusals that an operation can be
answered with are declared in `asks.refusals`, all others beside the code that raises them.
"""

from typing import Any, ClassVar

JSON = Any
"""A value that the `json` module can write.

A recursive type could say so. But then each use of a stored document would have to narrow or cast
what it takes out, though its shape was checked when it came in.
"""


class Refusal(Exception):
    """A request that was understood and is refused.

    `code` is stable and kebab-case. `status` is the HTTP status it maps to, `title` one fixed
    sentence. `detail` is about this occurrence. `extra` holds further members of the problem
    document.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The request is refused."
    is_transient: ClassVar[bool] = False
    """Whether the same request may succeed later.

    Such a refusal is not stored, and its key stays free.
    """

    def __init__(self, detail: str = "", **extra: JSON) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra = extra

    def document(self) -> dict[str, JSON]:
        """The refusal as it is stored: enough to answer a replay with the same words."""
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
        # The stored words take the place of the class's.
        self.code = rest.pop("code")  # type: ignore[misc]
        self.status = rest.pop("status")  # type: ignore[misc]
        self.title = rest.pop("title")  # type: ignore[misc]
        super().__init__(rest.pop("detail"), **rest)
