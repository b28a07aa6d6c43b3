"""The methods of the client: one for each `operationId` of the description.

At run time `Comity` finds them in `interface.json` when they are called. `methods.pyi` names them
all with their arguments and answers, for editors and type checkers; `make document` writes it.
"""


class Methods:
    """The methods of `Comity`."""


class AsyncMethods:
    """The methods of `AsyncComity`."""
