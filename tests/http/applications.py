"""Applications that tests serve. One is made once for its settings, and then started anew.

To make one takes longer than most tests take. What a running application knows is made when it
starts (`api/process/context.py`), so a test finds nothing that another left.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Litestar

from api.app import create_app
from api.settings import Settings

RESTING_MAX = 4

_RESTING: dict[Settings, Litestar] = {}


@contextmanager
def application(settings: Settings) -> Iterator[Litestar]:
    """An application with these settings, to be started. Nobody else has it meanwhile."""
    found = _RESTING.pop(settings, None) or create_app(settings)
    # A start looks for garbage among all objects of the process. In a service they are those of
    # its own start, here they would be those of the whole suite, for each test.
    gc.freeze()
    yield found
    found.state.pop("openapi", None)  # the one thing that it keeps when it stops
    # Not after an error: then nobody knows how it ended.
    _RESTING[settings] = found
    if len(_RESTING) > RESTING_MAX:
        del _RESTING[next(iter(_RESTING))]
