"""`comity status`: how a running service is, as it tells over HTTP."""

import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, load_settings, output

ANSWER_SECONDS = 10.0
UNREADY, DEGRADED = "unready", "degraded"


@dataclass(frozen=True, slots=True)
class Status:
    """What a service tells of itself. What it does not know is None."""

    url: str
    status: str
    parts: dict[str, str]
    version: str | None = None
    queues: dict[str, float] = field(default_factory=dict)
    """How many seconds the oldest message has waited, by topic."""
    suppliers: dict[str, dict[str, int]] = field(default_factory=dict)
    """Orders that have not ended, by supplier and state."""
    workers: dict[str, float] = field(default_factory=dict)
    """How many seconds ago each process with background work gave a sign of life."""
    last_seal_seconds: float | None = None
    last_verify_seconds: float | None = None
    defects: int | None = None


@click.command()
@data_dir_option
@click.option("--url", help="Where the service is. By default, what the settings say.")
@json_option
def status(data_dir: Path | None, url: str | None, *, as_json: bool) -> None:
    """Say how a running service is: health, version, queues, seals, suppliers.

    Exits with 1 if it takes no requests.
    """
    found = ask(url or load_settings(data_dir=data_dir).operations_url)
    if as_json:
        show_json(asdict(found))
    else:
        for line in lines(found):
            output.print(line, soft_wrap=True, highlight=False)
    if found.status == UNREADY:
        sys.exit(1)


def ask(url: str) -> Status:
    """Ask the service at an address.

    Raises:
        SettingsError: nothing answers there, or it is not Comity.
    """
    import httpx2

    from api.kept_files import SettingsError

    base = url.rstrip("/")
    try:
        with httpx2.Client(timeout=ANSWER_SECONDS) as http:
            health = http.get(f"{base}/readyz")
            figures = http.get(f"{base}/metrics")
        document = health.json()
        told = Status(base, document["status"], document["parts"])
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        message = f"nothing answers at {base}: {str(error) or type(error).__name__}"
        raise SettingsError(message) from error
    except (ValueError, KeyError, TypeError):
        message = f"{base} is not Comity, or health checks are at another port there"
        raise SettingsError(message) from None
    return _with_figures(told, figures.text) if figures.is_success else told


def _with_figures(told: Status, text: str) -> Status:
    from prometheus_client.parser import text_string_to_metric_families

    found: dict[str, list[tuple[Mapping[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    suppliers: dict[str, dict[str, int]] = {}
    for labels, count in found.get("comity_open_orders", ()):
        suppliers.setdefault(labels["supplier"], {})[labels["state"]] = int(count)
    versions = [labels["version"] for labels, _ in found.get("comity_release", ())]
    defects = _one(found, "comity_verify_defects")
    return Status(
        told.url,
        told.status,
        told.parts,
        version=versions[0] if versions else None,
        queues=_by(found, "comity_outbox_age_seconds", "topic"),
        suppliers=suppliers,
        workers=_by(found, "comity_worker_age_seconds", "process"),
        last_seal_seconds=_one(found, "comity_seal_age_seconds"),
        last_verify_seconds=_one(found, "comity_verify_age_seconds"),
        defects=None if defects is None else int(defects),
    )


def _by(found: Mapping[str, Any], name: str, label: str) -> dict[str, float]:
    return {labels[label]: value for labels, value in found.get(name, ())}


def _one(found: Mapping[str, Any], name: str) -> float | None:
    values = [value for _, value in found.get(name, ()) if not math.isnan(value)]
    return values[0] if values else None


def lines(found: Status) -> Iterator[str]:
    """A status as lines to read."""
    from rich.markup import escape

    colour = {UNREADY: "red", DEGRADED: "yellow"}.get(found.status, "green")
    release = f", release {found.version}" if found.version else ""
    yield f"[{colour}]{found.status}[/{colour}]: {escape(found.url)}{release}"
    for part, state in found.parts.items():
        if state != "ok":
            yield f"  [{colour}]{part}[/{colour}]: {escape(state)}"
    yield f"background work: {_counted(len(found.workers), 'process', 'processes')}"
    waits = [f"{topic} {_ago(age)}" for topic, age in sorted(found.queues.items())]
    yield f"queues, by their oldest message: {', '.join(waits) or 'nothing waits'}"
    for supplier, states in sorted(found.suppliers.items()):
        counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        yield f"open orders at {supplier}: {counts}"
    seal, verify = found.last_seal_seconds, found.last_verify_seconds
    yield f"last seal: {'none' if seal is None else f'{_ago(seal)} ago'}"
    if verify is None:
        yield "last verification: none that this machine knows of"
        return
    defects = found.defects or 0
    told = "sound" if not defects else f"[red]{_counted(defects, 'defect', 'defects')}[/red]"
    yield f"last verification: {_ago(verify)} ago, {told}"


def _ago(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
