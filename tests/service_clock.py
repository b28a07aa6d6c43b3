"""A service whose own clock is wrong: what it reads of the time, by any name, is some hours off.

The database's clock stays right. So a test can tell which of the two a time was taken from.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from typing import Any

import pytest

PACKAGES = ("api", "catalog", "exchange", "ledger", "settlement")


class _LikeDatetime(type):
    """Whatever makes or judges an instant goes to the ordinary class."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)

    def __call__(cls, *arguments: Any, **named: Any) -> datetime:
        return datetime(*arguments, **named)  # noqa: DTZ001 - with the zone that is given

    def __getattr__(cls, name: str) -> Any:
        return getattr(datetime, name)


@contextmanager
def service_clock_off(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> Iterator[None]:
    """Have every module of the service read a time that is `by` ahead of the right one."""

    class Off(metaclass=_LikeDatetime):
        @staticmethod
        def now(tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + by

    right = time.time
    with monkeypatch.context() as patched:
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in PACKAGES and vars(module).get("datetime") is datetime:
                patched.setattr(module, "datetime", Off)
        patched.setattr(time, "time", lambda: right() + by.total_seconds())
        yield
