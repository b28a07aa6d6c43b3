"""The embedded PostgreSQL: its cluster is created once, then started, recovered and stopped."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from api.embedded.account import Account
from api.embedded.errors import EmbeddedServerError
from api.embedded.places import POSTGRES_SOCKET, is_listening, postgres_programs

POSTGRES_MAJOR = 18
"""The version that the wheel brings, and that a server of one's own must have."""
DATABASE = "comity"
ROLE = "comity"
CLUSTER = "postgres"
"""The folder of the cluster in the data directory."""
RESTORE_PARTIAL = "restore.partial"
"""A folder in the data directory, as long as a backup is being restored into it."""
START_TIMEOUT_SECONDS = 600  # after a crash, the log may take minutes to replay
STOP_TIMEOUT_SECONDS = 180
LEFTOVERS_TIMEOUT_SECONDS = 30.0
LOG_BYTES_MAX = 16 * 1024 * 1024
LOG_LINES_SHOWN = 20
_POLL_SECONDS = 0.05

# Exit statuses of pg_isready.
_ACCEPTING, _NOT_YET = 0, 1

_CONFIGURATION = """\
# Written by Comity at every start. Put your own settings into postgresql.auto.conf, with
# ALTER SYSTEM.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100

# Nothing is acknowledged before it is on the disk. The service refuses a server with other
# settings.
fsync = on
full_page_writes = on
synchronous_commit = on

shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
min_wal_size = 256MB
checkpoint_timeout = 15min
wal_compression = off
random_page_cost = 1.1
# There are thousands of short statements. Compiling one costs more than it saves.
jit = off

timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
# The details of an error contain values, such as the code of a coupon in a duplicate key. They do
# not belong in a log.
log_error_verbosity = terse
log_line_prefix = '%m [%p] '
"""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A PostgreSQL cluster in `data_dir/postgres`, reached by a socket in `sockets`."""

    data_dir: Path
    sockets: Path
    account: Account
    name: str = "postgres"

    @property
    def url(self) -> str:
        """The address of the database, as `ledger.Database.open` takes it."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.sockets))}"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.data_dir / CLUSTER

    def ensure_started(self) -> None:
        """Start the server and wait until it accepts connections. Create its cluster if needed.

        If a killed process left its server running, that server is used. A server that was killed
        recovers from its log.

        Raises:
            EmbeddedServerError: it does not accept connections within `START_TIMEOUT_SECONDS`. Or
                the data directory has only a part of a backup.
        """
        if (self.data_dir / RESTORE_PARTIAL).exists():
            message = (
                f"a restore into {self.data_dir} was interrupted: empty the directory, and restore "
                "the backup again"
            )
            raise EmbeddedServerError(message)
        programs = postgres_programs(self.data_dir, self.account)
        if not self.cluster.is_dir():
            self._create(programs)
        self._check_version(programs)
        if self._wait_while_starting(programs):
            return
        self._await_leftovers()
        self._discard_stale_lock_files()
        self._rotate_log()
        configuration = self.data_dir / "postgres.conf"
        configuration.write_text(_CONFIGURATION.format(sockets=self.sockets), encoding="utf-8")
        configuration.chmod(0o644)
        # All paths are relative to the working directory. pg_ctl passes them to a shell in double
        # quotes, where a dollar sign or a quotation mark in the name of the data directory would
        # have a meaning.
        started = self.account.run(
            [
                *(str(programs / "pg_ctl"), "start", "--wait", "--silent"),
                *(f"--timeout={START_TIMEOUT_SECONDS}", "-D", "postgres"),
                *("-l", "postgres/server.log", "-o", "-c config_file=postgres.conf"),
            ],
            cwd=self.data_dir,
            timeout_seconds=START_TIMEOUT_SECONDS + 30,
        )
        if started.returncode != 0:
            reason = f"{started.stderr.strip()}\n{self._log_end()}"
            raise EmbeddedServerError(f"the embedded PostgreSQL does not start: {reason}")

    def is_alive(self) -> bool:
        """Whether the server is there. It also listens while it recovers."""
        return is_listening(self.sockets / POSTGRES_SOCKET)

    def stop(self) -> None:
        """Stop the server. Open transactions are rolled back, and what was committed is kept.

        Raises:
            EmbeddedServerError: it is still there after `STOP_TIMEOUT_SECONDS`.
        """
        programs = postgres_programs(self.data_dir, self.account)
        if not (self.cluster / "postmaster.pid").exists():
            return  # it has died, and the next start recovers it
        stopped = self.account.run(
            [
                *(str(programs / "pg_ctl"), "stop", "--mode=fast", "--wait", "--silent"),
                *(f"--timeout={STOP_TIMEOUT_SECONDS}", "-D", "postgres"),
            ],
            cwd=self.data_dir,
            timeout_seconds=STOP_TIMEOUT_SECONDS + 30,
        )
        if stopped.returncode != 0 and self._ready(programs) == _ACCEPTING:
            message = f"the embedded PostgreSQL does not stop: {stopped.stderr.strip()}"
            raise EmbeddedServerError(message)

    def _create(self, programs: Path) -> None:
        """Create the cluster and its database under another name, and then rename it.

        So a crash leaves no incomplete cluster.
        """
        partial = self.data_dir / "postgres.new"
        shutil.rmtree(partial, ignore_errors=True)
        self.account.own(partial)
        created = self.account.run(
            [
                *(str(programs / "initdb"), "-D", "postgres.new", "--username", ROLE),
                *("--auth-local=trust", "--auth-host=reject"),
                *("--encoding=UTF8", "--data-checksums"),
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ],
            cwd=self.data_dir,
        )
        if created.returncode == 0:
            # In single-user mode no server runs, and nobody can connect before the database is
            # complete.
            created = self.account.run(
                [str(programs / "postgres"), "--single", "-D", "postgres.new", "postgres"],
                cwd=self.data_dir,
                text_input=f"CREATE DATABASE {DATABASE};\n",
            )
        if created.returncode != 0 or "ERROR" in created.stderr:
            reason = f"{self.cluster}: {created.stderr.strip()}"
            raise EmbeddedServerError(f"the embedded PostgreSQL cannot be set up in {reason}")
        partial.rename(self.cluster)
        directory = os.open(self.data_dir, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _check_version(self, programs: Path) -> None:
        cluster_version = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        answer = self.account.run([str(programs / "postgres"), "--version"], cwd=Path("/")).stdout
        program_version = answer.split()[-1].partition(".")[0]
        if cluster_version != program_version:
            message = (
                f"{self.cluster} was written by PostgreSQL {cluster_version}, "
                f"and this is {program_version}: "
                "dump it with the old release and restore it into a new data directory"
            )
            raise EmbeddedServerError(message)

    def _ready(self, programs: Path) -> int:
        return self.account.run(
            [
                *(str(programs / "pg_isready"), "--quiet", "--timeout=5"),
                *("-h", str(self.sockets), "-U", ROLE),
            ],
            cwd=Path("/"),
        ).returncode

    def _wait_while_starting(self, programs: Path) -> bool:
        """Whether a server accepts connections, after waiting for one that starts or stops."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while (state := self._ready(programs)) == _NOT_YET and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        return state == _ACCEPTING

    def _await_leftovers(self) -> None:
        """Wait for the children of a killed server. They end soon.

        PostgreSQL refuses to start beside them.
        """
        deadline = time.monotonic() + LEFTOVERS_TIMEOUT_SECONDS
        while self._processes() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)

    def _discard_stale_lock_files(self) -> None:
        """Remove the lock files of a server that is gone.

        Another process may have its process number by now. PostgreSQL ignores the number of a dead
        process. But it mistakes any living process of its own account for a server. It also
        mistakes a killed server that was not reaped for a living one, and in many containers PID 1
        never reaps. Every process of a cluster works in the directory of the cluster, and we hold
        the lock. So if nobody works there, there is no server.
        """
        if Path("/proc/self/cwd").exists() and not self._processes():
            for lock_file in (
                self.cluster / "postmaster.pid",
                self.sockets / f"{POSTGRES_SOCKET}.lock",
            ):
                lock_file.unlink(missing_ok=True)

    def _processes(self) -> list[str]:
        """The processes that work in the directory of the cluster, as paths in /proc.

        There are none if the system has no /proc. The account of the server looks for them, as root
        in a container may not look into the processes of other accounts.
        """
        script = (
            "for link in /proc/[0-9]*/cwd; do "
            'if [ "$link" -ef postgres ]; then echo "$link"; fi; done'
        )
        return self.account.run(["/bin/sh", "-c", script], cwd=self.data_dir).stdout.split()

    def _rotate_log(self) -> None:
        log = self.cluster / "server.log"
        if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
            log.replace(log.with_suffix(".log.1"))

    def _log_end(self) -> str:
        try:
            text = (self.cluster / "server.log").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-LOG_LINES_SHOWN:])
