"""The client for Python: `from comity.client import Comity, AsyncComity`.

Promises:

- There is a method for every operation of the description, named by its `operationId`. The tests
  compare them, and also the types of problems.
- `Comity` and `AsyncComity` run the same code. Only how a request is sent differs.
- A change has an idempotency key, given or made. All attempts of a call have the same one.
- What is not safe to be sent twice is not sent twice.
- An import is quick, and brings nothing of the service along: no web framework, no database.

Never:

- Nothing of the other packages and wings is imported here. The client runs in other people's
  programs.
- An answer is never changed. It is the plain JSON of the service, with types for type checkers.
- The API key is not sent to another address: redirects are not followed.

Start here:

- `client`: `Comity` and `AsyncComity`.
- `engine`: the one code path: sent until it is answered, and read.
- `transport`: how a request reaches the service, blocking or not.
- `interface`: what the client knows of the service, and how arguments become a request.
- `methods`: the methods, as type checkers see them.
- `schemas`: the bodies and answers, as type checkers see them.
- `problems`: one class for each type of problem.
- `errors`: the base of these, and what else can go wrong.
- `webhooks`: were they really sent by the service?

The folder `installed` has the name under which the client is installed.
"""

from api.client import problems, schemas
from api.client.client import AsyncComity, Comity
from api.client.engine import Answered, new_key
from api.client.errors import (
    BusyProblem,
    ComityError,
    ConflictProblem,
    MissingProblem,
    PermissionProblem,
    Problem,
    RequestProblem,
    ServiceProblem,
    UnexpectedAnswer,
    Unreachable,
    WebhookInvalid,
)
from api.client.webhooks import verify

__all__ = [
    "Answered",
    "AsyncComity",
    "BusyProblem",
    "Comity",
    "ComityError",
    "ConflictProblem",
    "MissingProblem",
    "PermissionProblem",
    "Problem",
    "RequestProblem",
    "ServiceProblem",
    "UnexpectedAnswer",
    "Unreachable",
    "WebhookInvalid",
    "new_key",
    "problems",
    "schemas",
    "verify",
]
