"""The heartbeats of the background loops: who still works, and what has been done.

A loop beats when a round begins and ends, and every BEAT_SECONDS while it has nothing to do. One
that is silent for longer than its rounds may last is dead or hangs.
"""

import os
import secrets
import socket
import time
from typing import Literal

from prometheus_client import Counter, Gauge

BEAT_SECONDS = 5.0

Outcome = Literal["worked", "idle", "failed"]

ROUNDS = Counter(
    "comity_worker_rounds_total", "Rounds of the background loops.", ["loop", "outcome"]
)
HEARTBEAT = Gauge(
    "comity_worker_heartbeat_timestamp_seconds", "When a loop last gave a sign of life.", ["loop"]
)
RESTARTS = Counter(
    "comity_worker_restarts_total", "Loops that died or hung, and were started again.", ["loop"]
)


def process_name() -> str:
    """A name for this process that no other has: its machine, its id, and something random.

    In containers ids are the same, and machines may be.
    """
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


class Heart:
    """The heartbeat of one loop."""

    def __init__(self, name: str, silence_seconds_max: float) -> None:
        self.name = name
        self._silence_seconds_max = silence_seconds_max
        self._beat_at = time.monotonic()
        RESTARTS.labels(name)  # shown from the start, with 0
        self.beat()

    def beat(self) -> None:
        """Give a sign of life."""
        self._beat_at = time.monotonic()
        HEARTBEAT.labels(self.name).set_to_current_time()

    def ended(self, outcome: Outcome) -> None:
        """Count a round."""
        ROUNDS.labels(self.name, outcome).inc()
        self.beat()

    def restarted(self) -> None:
        """Count a restart."""
        RESTARTS.labels(self.name).inc()
        self.beat()

    @property
    def is_silent(self) -> bool:
        """Whether there was no sign of life for longer than a round may last."""
        return time.monotonic() - self._beat_at > self._silence_seconds_max


class Hearts:
    """The heartbeats of this process."""

    def __init__(self) -> None:
        self._hearts: dict[str, Heart] = {}

    def add(self, name: str, silence_seconds_max: float) -> Heart:
        """The heart of a loop that begins now. It replaces an earlier one of the same name."""
        heart = self._hearts[name] = Heart(name, silence_seconds_max)
        return heart

    def silent(self) -> list[str]:
        """The loops without a sign of life."""
        return sorted(heart.name for heart in self._hearts.values() if heart.is_silent)
