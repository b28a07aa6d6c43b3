"""The `comity` group, and how an error is shown.

The files of the commands import little, and each command imports the rest when it runs. So
`--help` answers at once.
"""

import sys
from typing import NoReturn

import rich_click as click

from api.cli.audit import export, seal, verify
from api.cli.audit_log import audit_log
from api.cli.backup import backup, restore
from api.cli.closing import close
from api.cli.codes import codes
from api.cli.doctor import doctor
from api.cli.events import events
from api.cli.explain import explain, simulate
from api.cli.figures import figures
from api.cli.imports import import_file
from api.cli.journal import journal
from api.cli.keys import keys
from api.cli.liability import liability
from api.cli.migrate import migrate
from api.cli.serve import serve, worker
from api.cli.session import errors
from api.cli.suppliers import supplier
from api.cli.users import users
from api.cli.uses import retry_uses
from api.cli.vault import secrets
from api.cli.webhooks import webhooks
from api.demo.command import demo


@click.group(cls=click.RichGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="comity")
def comity() -> None:
    """Loyalty points and cross-brand rights, self-hosted.

    Settings come from environment variables named COMITY_<NAME>. Without COMITY_DATABASE_URL and
    COMITY_REDIS_URL, Comity starts its own PostgreSQL and Valkey.
    """


for command in (
    *(serve, worker, migrate, doctor, backup, restore, seal, verify, export, audit_log),
    *(close, retry_uses, explain, simulate, import_file, figures, liability, journal, keys, users),
    *(secrets, codes, supplier, events, webhooks, demo),
):
    comity.add_command(command)


def main() -> NoReturn:
    """Run the command. An error that has a remedy is shown as one sentence, not as a traceback."""
    try:
        comity()
    except Exception as error:
        if not _has_remedy(error):
            raise
        text = str(error) or type(error).__name__
        errors.print(f"[red]comity:[/red] {text}", soft_wrap=True)
    sys.exit(1)


def _has_remedy(error: Exception) -> bool:
    # Imported only now: these bring half of the house along, and `--help` needs none of it.
    from api.backup.manifest import BackupError
    from api.embedded.errors import EmbeddedServerError
    from api.kept_files import SettingsError
    from api.process.migrate import MigrationError
    from ledger import Refusal

    return isinstance(
        error, BackupError | EmbeddedServerError | MigrationError | SettingsError | Refusal
    )
