"""The application hears at once that its process is to stop.

The server tells it only when the last answer has ended. A stream of events would never end, and the
process would be killed after its time.
"""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def told_of_stop(tell: Callable[[], object]) -> Iterator[None]:
    """Call `tell` in the event loop when a signal stops the process.

    The server's own handler goes on as before: event loops hear of signals through a descriptor,
    and what they have installed besides is called here, too. Where nobody handles a signal, such as
    in a test, it keeps its default.
    """
    loop = asyncio.get_running_loop()
    before: dict[signal.Signals, Any] = {}

    def heard(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(tell)
        before[signal.Signals(number)](number, frame)

    for number in SIGNALS:
        handler = signal.getsignal(number)
        if callable(handler) and handler is not signal.default_int_handler:
            before[number] = handler
    for number in before:
        signal.signal(number, heard)
        signal.siginterrupt(number, False)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
            signal.siginterrupt(number, False)
