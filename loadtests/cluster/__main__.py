"""Build Citus, start a cluster on loopback, replay some days of the demo, verify the books."""

import argparse
import asyncio
import os
import subprocess
import sys
from pathlib import Path

from api.embedded.services import temporary_data_dir
from loadtests.cluster.build import build_extension, copy_server
from loadtests.cluster.distribute import make_cluster
from loadtests.cluster.nodes import running_nodes


def main() -> int:
    """Returns the exit code of the first command that fails, or 0."""
    parser = argparse.ArgumentParser(prog="python -m loadtests.cluster", description=__doc__)
    parser.add_argument("source", type=Path, help="the sources of Citus")
    parser.add_argument("--days", type=int, default=3)
    options = parser.parse_args()
    with temporary_data_dir("comity-cluster-") as work:
        programs = copy_server(work / "server")
        build_extension(options.source.resolve(), work, programs)
        with running_nodes(work, programs) as nodes:
            url = asyncio.run(make_cluster(nodes))
            return run_on(url, work / "data", options.days)


def run_on(url: str, data_dir: Path, days: int) -> int:
    """Replay the demo on a database, seal and verify its books; the first exit code not 0."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COMITY_")},
        "COMITY_DATABASE_URL": url,
        "COMITY_DATA_DIR": str(data_dir),
    }
    demo = ["demo", "--days", str(days), "--data-dir", str(data_dir)]
    for arguments in (
        [*demo, "--output", str(data_dir / "output")],
        ["verify", "--all"],
        ["seal", "--all"],
        ["verify", "--all"],
    ):
        ended = subprocess.run(
            [sys.executable, "-m", "api.cli", *arguments], env=environment, check=False
        )
        if ended.returncode != 0:
            return ended.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
