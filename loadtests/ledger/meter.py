"""What a piece of work took, and how that is told."""

import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from loadtests.ledger.server import Server, Waits

Json = dict[str, Any]


@dataclass(slots=True)
class Sample:
    """One measured run.

    Latencies are seconds of one batch, operation or transaction, as the figure says.
    """

    operations: int = 0
    seconds: float = 0.0
    client_seconds: float = 0.0
    server_seconds: float | None = None
    latencies: list[float] = field(default_factory=list)
    waits: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Operations a second."""
        return self.operations / self.seconds


@contextmanager
def measured(server: Server, url: str, *, client_is_here: bool = True) -> Iterator[Sample]:
    """Measure the block.

    The block fills in the operations and latencies, and the client's time if it ran elsewhere.
    """
    sample = Sample()
    waits = Waits(url)
    with waits.watched():
        cpu_before = server.cpu_seconds()
        client_before, before = time.process_time(), time.perf_counter()
        yield sample
        sample.seconds = sample.seconds or time.perf_counter() - before
        if client_is_here:
            sample.client_seconds = time.process_time() - client_before
        cpu_after = server.cpu_seconds()
    if cpu_before is not None and cpu_after is not None:
        sample.server_seconds = cpu_after - cpu_before
    sample.waits = waits.seen


@dataclass(slots=True)
class Figure:
    """One line of the table."""

    name: str
    title: str
    value: float | None
    unit: str
    target: float | None = None
    is_most: bool = False
    """The target is the most it may be, not the least."""
    of: str = ""
    """What one latency is of."""
    p50_ms: float | None = None
    p99_ms: float | None = None
    client_us: float | None = None
    server_us: float | None = None
    where: str = ""
    """Where the time goes, or what the figure is made of."""
    detail: Json = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Whether the target was met."""
        if self.value is None:
            return "not measured"
        if self.target is None:
            return ""
        return (
            "met"
            if (self.value <= self.target if self.is_most else self.value >= self.target)
            else "missed"
        )


def quantile_ms(latencies: Sequence[float], share: float) -> float | None:
    """The latency that `share` of them do not exceed."""
    if not latencies:
        return None
    ordered = sorted(latencies)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _shares(samples: Sequence[Sample]) -> str:
    """How busy either side was, and what the sessions waited for."""
    seconds = sum(sample.seconds for sample in samples)
    parts = [
        f"client busy {sum(sample.client_seconds for sample in samples) / seconds:.0%} of a core"
    ]
    server = [sample.server_seconds for sample in samples if sample.server_seconds is not None]
    if server:
        parts.append(f"PostgreSQL {sum(server) / seconds:.0%}")
    waits: Counter[str] = Counter()
    for sample in samples:
        waits.update(sample.waits)
    seen = sum(waits.values())
    if seen:
        parts.append(
            "its sessions "
            + ", ".join(f"{count / seen:.0%} {name}" for name, count in waits.most_common(4))
        )
    return "; ".join(parts)


def rate_figure(
    name: str, title: str, samples: Sequence[Sample], *, target: float | None = None, of: str
) -> Figure:
    """The median rate of runs of the same work, with the latencies and processor time of all."""
    operations = sum(sample.operations for sample in samples)
    latencies = [latency for sample in samples for latency in sample.latencies]
    server = [sample.server_seconds for sample in samples if sample.server_seconds is not None]
    return Figure(
        name,
        title,
        statistics.median(sample.rate for sample in samples),
        "/s",
        target,
        of=of,
        p50_ms=quantile_ms(latencies, 0.50),
        p99_ms=quantile_ms(latencies, 0.99),
        client_us=1e6 * sum(sample.client_seconds for sample in samples) / operations,
        server_us=1e6 * sum(server) / operations if server else None,
        where=_shares(samples),
        detail={"operations": operations, "runs": [round(sample.rate, 1) for sample in samples]},
    )


def ratio_figure(
    name: str,
    title: str,
    samples: Sequence[Sample],
    others: Sequence[Sample],
    *,
    target: float | None,
    where: str = "",
) -> Figure:
    """The median ratio of rates, of runs taken in pairs.

    A machine's speed varies more between minutes than the ledger's does.
    """
    ratios = [sample.rate / other.rate for sample, other in zip(samples, others, strict=True)]
    detail: Json = {"runs": [round(ratio, 3) for ratio in ratios]}
    return Figure(name, title, statistics.median(ratios), "x", target, where=where, detail=detail)
