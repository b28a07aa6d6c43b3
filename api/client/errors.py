"""What can go wrong with a call: no answer, an answer that is not the service's, or a problem.

`api.client.problems` has one class for each type of problem.
"""

from collections.abc import Sequence
from typing import Any

JSON = Any


class ComityError(Exception):
    """The base of all errors of this client."""

    answers: Sequence[JSON] = ()
    """If a batch was sent in parts: the answers of those before the one that failed."""


class Unreachable(ComityError):
    """The service did not answer, for as long as the client was patient.

    Whether a change was made is not known. The same call with the same `key` finds out, and never
    does anything twice.
    """

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(message, key)
        self.key = key

    def __str__(self) -> str:
        return str(self.args[0])


class UnexpectedAnswer(ComityError):
    """Something answered that is not Comity, such as a proxy in front of it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text

    def __str__(self) -> str:
        return f"HTTP {self.status}: {self.text}"


class WebhookInvalid(ComityError):
    """What arrived was not signed with any of the secrets, or not just now. Answer it with 401."""


class Problem(ComityError):
    """The service refused the request. `code` says why, and never changes.

    Some types have more to say: `problem.document["spendable"]`.

    >>> document = {"type": "/problems/key-not-found", "title": "No key.", "status": 404}
    >>> Problem(document).code
    'key-not-found'
    """

    code: str = "refused"
    status: int = 0

    def __init__(
        self, document: dict[str, JSON], key: str | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(document, key, request_id)
        self.document = document
        self.key = key
        """The idempotency key of the request."""
        self.request_id = request_id
        """By this, those who run the service find the request in its log."""
        self.code = str(document["type"]).rpartition("/")[2]
        self.status = document["status"]
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))

    def __str__(self) -> str:
        faults = self.document.get("errors", "")
        return f"HTTP {self.status} {self.code}: {self.title} {self.detail} {faults}".rstrip()


class RequestProblem(Problem):
    """The request is not valid as it was sent (400, 413, 415, 422)."""


class PermissionProblem(Problem):
    """The key is wrong, or may not do this (401, 403)."""


class MissingProblem(Problem):
    """There is no such thing, or it belongs to another party (404, 405, 410)."""


class ConflictProblem(Problem):
    """What is asked contradicts what is there (409)."""


class BusyProblem(Problem):
    """The service had no time for the request until the patience ended (408, 429, 503)."""


class ServiceProblem(Problem):
    """Something failed on the side of the service (500)."""


_FAMILIES: dict[int, type[Problem]] = {
    **dict.fromkeys((401, 403), PermissionProblem),
    **dict.fromkeys((404, 405, 410), MissingProblem),
    **dict.fromkeys((408, 429, 503), BusyProblem),
    409: ConflictProblem,
}
_SERVER_ERRORS_FROM = 500


def family_of(status: int) -> type[Problem]:
    """The family to which the problems of a status belong."""
    otherwise = ServiceProblem if status >= _SERVER_ERRORS_FROM else RequestProblem
    return _FAMILIES.get(status, otherwise)
