"""The Python client of Comity, as programs import it: `from comity.client import Comity`."""

from api.client import *  # noqa: F403 - another name of the same
from api.client import __all__ as __all__  # noqa: PLC0414 - what is exported
