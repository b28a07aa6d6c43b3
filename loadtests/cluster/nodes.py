"""Servers on loopback: created in a directory, started, and stopped in the end."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.embedded.account import Account, server_account
from api.embedded.errors import EmbeddedServerError
from api.process.children import free_port

HOST = "127.0.0.1"
ROLE = DATABASE = "comity"
NODES = 3
"""The coordinator and two workers."""

CITUS = {
    "shared_preload_libraries": "citus",
    "max_prepared_transactions": "200",
    # Triggers run where the rows are. Ours look at nothing but the row, and at reference tables.
    "citus.enable_unsafe_triggers": "on",
    "citus.shard_count": "8",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One server. Who may reach the loopback may enter it: for a trial, on a developer's machine.

    The nodes of a cluster connect to each other as the user of the moment, so the service's role
    must be able to log in as well.
    """

    directory: Path
    port: int
    programs: Path
    account: Account

    @property
    def url(self) -> str:
        """The address of its database."""
        return self.address(DATABASE)

    def address(self, database: str) -> str:
        """The address of any of its databases."""
        return f"postgresql://{ROLE}@{HOST}:{self.port}/{database}"

    def start(self, settings: Mapping[str, str]) -> None:
        """Create the server with these settings, and wait until it accepts connections.

        Raises:
            EmbeddedServerError: it does not start.
        """
        self.account.own(self.directory)
        self._run("initdb", "-D", "data", "--username", ROLE, "--auth=trust", "--encoding=UTF8")
        lines = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "jit": "off",
            **settings,
        }
        configuration = self.directory / "data" / "postgresql.auto.conf"
        configuration.write_text(
            "".join(f"{name} = '{value}'\n" for name, value in lines.items()), encoding="utf-8"
        )
        self._run("pg_ctl", "start", "--wait", "--silent", "-D", "data", "-l", "data/server.log")

    def stop(self) -> None:
        """Stop it, if it runs."""
        if (self.directory / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "--mode=fast", "--wait", "--silent", "-D", "data")

    def _run(self, program: str, *arguments: str) -> None:
        ended = self.account.run([str(self.programs / program), *arguments], cwd=self.directory)
        if ended.returncode != 0:
            log = self.directory / "data" / "server.log"
            tail = log.read_text(encoding="utf-8") if log.exists() else ""
            message = f"{program} failed: {ended.stderr}{tail}"
            raise EmbeddedServerError(message)


@contextmanager
def running_nodes(
    work: Path, programs: Path, settings: Mapping[str, str] = CITUS
) -> Iterator[list[Node]]:
    """The servers, the coordinator first; they stop at the end of the block."""
    account = server_account()
    nodes = [
        Node(work / f"node-{number}", free_port(), programs, account) for number in range(NODES)
    ]
    with ExitStack() as stack:
        for node in nodes:
            stack.callback(node.stop)
            node.start(settings)
        yield nodes
