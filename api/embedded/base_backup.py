"""A copy of the cluster while its server runs, by PostgreSQL's own programs.

`pg_basebackup` copies the files and, on a second connection, everything that the server writes to
its log meanwhile. A server that is started on the copy replays that log to the end of the backup.
So the copy holds every commit that was acknowledged before the backup began, and no half of one.
`pg_verifybackup` then reads the copy: each file has the checksum that the server gave for it, and
the log that is needed is there and can be read.
"""

from pathlib import Path

from api.embedded.errors import EmbeddedServerError
from api.embedded.places import postgres_programs
from api.embedded.postgres import CLUSTER, ROLE, EmbeddedPostgres

COPY_TIMEOUT_SECONDS = 86_400.0


def copy_cluster(server: EmbeddedPostgres, folder: Path) -> None:
    """Copy the cluster of a running server into a new folder `postgres` of `folder`.

    `folder` is given to the account of the server, which alone may read the cluster. The programs
    work in it, so that account need not be able to pass through the folders above.

    Raises:
        EmbeddedServerError: the cluster cannot be copied, or the copy is not whole.
    """
    programs = postgres_programs(server.data_dir, server.account)
    server.account.own(folder)
    copied = server.account.run(
        [
            *(str(programs / "pg_basebackup"), "-D", CLUSTER, "--no-password"),
            *("-h", str(server.sockets), "-U", ROLE),
            *("--checkpoint=fast", "--wal-method=stream", "--manifest-checksums=SHA256"),
        ],
        cwd=folder,
        timeout_seconds=COPY_TIMEOUT_SECONDS,
    )
    if copied.returncode != 0:
        raise EmbeddedServerError(f"the database cannot be copied: {copied.stderr.strip()}")
    checked = server.account.run(
        [str(programs / "pg_verifybackup"), "--quiet", CLUSTER],
        cwd=folder,
        timeout_seconds=COPY_TIMEOUT_SECONDS,
    )
    if checked.returncode != 0:
        raise EmbeddedServerError(f"the copy of the database is bad: {checked.stderr.strip()}")
