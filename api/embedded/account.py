"""The account of the operating system that runs the embedded servers."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.embedded.errors import EmbeddedServerError

SYSTEM_ACCOUNT = "comity"
COMMAND_TIMEOUT_SECONDS = 120.0

# The environment of the servers is fixed. PGDATA, LD_PRELOAD or a locale of the caller must not
# change how they run.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the servers: our own account, or a system account if we are root."""

    uid: int
    gid: int
    switched: bool

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        text_input: str | None = None,
        timeout_seconds: float = COMMAND_TIMEOUT_SECONDS,
    ) -> subprocess.CompletedProcess[str]:
        """Run `command` to its end as this account, and capture its output.

        Raises:
            PermissionError, FileNotFoundError: the account cannot reach the program.
            EmbeddedServerError: it does not end within `timeout_seconds`.
        """
        try:
            return subprocess.run(
                command,
                cwd=cwd,
                input=text_input,
                stdin=subprocess.DEVNULL if text_input is None else None,
                capture_output=True,
                text=True,
                check=False,
                timeout=timeout_seconds,
                env=_ENVIRONMENT,
                user=self.uid if self.switched else None,
                group=self.gid if self.switched else None,
                extra_groups=[] if self.switched else None,
            )
        except subprocess.TimeoutExpired as error:
            message = f"{Path(command[0]).name} did not finish within {timeout_seconds:.0f} seconds"
            raise EmbeddedServerError(message) from error

    def own(self, directory: Path) -> None:
        """Create `directory` with mode 0700 if it is absent, and make this account its owner."""
        directory.mkdir(mode=0o700, exist_ok=True)
        if self.switched and directory.stat().st_uid != self.uid:
            os.chown(directory, self.uid, self.gid)

    def can_enter(self, directory: Path) -> bool:
        """Whether this account may pass through every directory down to `directory`."""
        if not self.switched:
            return os.access(directory, os.X_OK)
        # The kernel, asked as that account, is also right about ACLs and security modules. Mode
        # bits are not.
        ended = self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)], cwd=Path("/"))
        return ended.returncode == 0


def server_account() -> Account:
    """The account for the servers. For root it is `comity`, which is created if absent.

    Raises:
        EmbeddedServerError: root cannot create the account.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switched=False)
    entry = _find(SYSTEM_ACCOUNT) or _create(SYSTEM_ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid, switched=True)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd:
    if useradd := shutil.which("useradd", path=_ENVIRONMENT["PATH"]):
        nologin = shutil.which("nologin", path=_ENVIRONMENT["PATH"]) or "/bin/false"
        command = [useradd, "--system", "--user-group", "--no-create-home"]
        command += ["--home-dir", "/nonexistent", "--shell", nologin, name]
    elif adduser := shutil.which("adduser", path=_ENVIRONMENT["PATH"]):  # BusyBox, as in Alpine
        command = [adduser, "-S", "-D", "-H", name]
    else:
        raise EmbeddedServerError(
            "PostgreSQL refuses to run as root, and neither useradd nor adduser is here to create "
            f"{name!r}"
        )
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=_ENVIRONMENT)
    # Two first starts may both get here. The useradd of the second one fails, but the account is
    # there. So look again.
    entry = _find(name)
    if entry is None:
        raise EmbeddedServerError(
            f"PostgreSQL refuses to run as root, and the account {name!r} could not be created: "
            f"{ended.stderr}"
        )
    return entry
