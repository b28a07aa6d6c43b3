"""The embedded Valkey: a cache that may be lost without harm, so it keeps nothing on disk."""

import socket
import time
from dataclasses import dataclass
from pathlib import Path

from api.embedded.account import Account
from api.embedded.errors import EmbeddedServerError
from api.embedded.places import VALKEY_SOCKET, is_listening, valkey_program

START_TIMEOUT_SECONDS = 30.0
STOP_TIMEOUT_SECONDS = 15.0
ANSWER_TIMEOUT_SECONDS = 2.0
LOG_CHARACTERS_SHOWN = 2_000
_POLL_SECONDS = 0.02

# It puts itself into the background, in its own session. So a Ctrl-C in our terminal does not reach
# it.
_CONFIGURATION = """\
# Written by Comity at every start.
port 0
unixsocket {socket}
unixsocketperm 700
daemonize yes
pidfile ./valkey.pid
dir .
logfile valkey.log
loglevel warning
save ""
appendonly no
maxmemory 128mb
maxmemory-policy allkeys-lru
"""


@dataclass(frozen=True)
class EmbeddedValkey:
    """A Valkey in `data_dir/valkey`, reached by a socket in `sockets`."""

    data_dir: Path
    sockets: Path
    account: Account
    name: str = "valkey"

    @property
    def socket_path(self) -> Path:
        """The server's Unix socket."""
        return self.sockets / VALKEY_SOCKET

    @property
    def url(self) -> str:
        """The address of the server, as `redis.asyncio.from_url` takes it."""
        return f"unix://{self.socket_path}"

    def ensure_started(self) -> None:
        """Start the server and wait until it answers. One that answers already is used.

        Raises:
            EmbeddedServerError: it does not answer within `START_TIMEOUT_SECONDS`.
        """
        if self._ask("PING").startswith(b"+PONG"):
            return
        working = self.data_dir / "valkey"
        self.account.own(working)
        configuration = self.data_dir / "valkey.conf"
        configuration.write_text(_CONFIGURATION.format(socket=self.socket_path), encoding="utf-8")
        configuration.chmod(0o644)
        program = valkey_program(self.data_dir, self.account)
        started = self.account.run([str(program), "../valkey.conf"], cwd=working)
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._ask("PING").startswith(b"+PONG"):
            if started.returncode != 0 or time.monotonic() > deadline:
                reason = f"{started.stdout}{started.stderr}{self._log_end()}"
                raise EmbeddedServerError(f"the embedded Valkey does not start: {reason}")
            time.sleep(_POLL_SECONDS)

    def is_alive(self) -> bool:
        """Whether the server is there."""
        return is_listening(self.socket_path)

    def stop(self) -> None:
        """Stop the server. What it held is forgotten."""
        self._ask("SHUTDOWN NOSAVE")
        deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
        while self._ask("PING"):
            if time.monotonic() > deadline:
                message = f"the embedded Valkey at {self.socket_path} does not stop"
                raise EmbeddedServerError(message)
            time.sleep(_POLL_SECONDS)

    def _ask(self, command: str) -> bytes:
        """Send one inline command. Returns the start of its answer, or nothing."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(ANSWER_TIMEOUT_SECONDS)
                connection.connect(str(self.socket_path))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(64)
        except OSError:
            return b""

    def _log_end(self) -> str:
        try:
            log = self.data_dir / "valkey" / "valkey.log"
            return log.read_text(encoding="utf-8", errors="replace")[-LOG_CHARACTERS_SHOWN:]
        except OSError:
            return ""
