"""The bodies and answers of the service, by the names of its description.

At run time each is a plain `dict`. `schemas.pyi` has their exact types, for editors and type
checkers; `make document` writes it.

>>> from api.client.schemas import IssueItem
>>> IssueItem(kind="issue", key="order-4711", member="m-1001", points=40)["points"]
40
"""


def __getattr__(name: str) -> type[dict[str, object]]:
    if name.startswith("_"):
        raise AttributeError(name)
    return dict
