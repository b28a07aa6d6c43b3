"""Where a measure of the exchange is made."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """Servers that are the measure's own: a database without tables, a Valkey, a directory."""

    url: str
    redis_url: str
    data_dir: Path
