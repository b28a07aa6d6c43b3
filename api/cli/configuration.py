"""`comity config show` and `comity init`: the settings in force, and files to begin with."""

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, load_settings, output

if TYPE_CHECKING:
    from api.settings import Settings

MASK = "********"
"""What is shown of a secret that is set: not even its length."""
ENVIRONMENT_FILE = "comity.env"
SERVE_UNIT = "comity-serve.service"
WORKER_UNIT = "comity-worker.service"
LINE_COLUMNS = 96
PROGRAM = "comity"
_HEAD = """\
# The settings of Comity. systemd reads this file, and so does a shell:
#   set -a; . {path}; set +a
# A line that begins with # is what holds without it. Secrets may stand here: keep it to yourself.
"""
_UNIT = """\
[Unit]
Description=Comity, {what}
After=network-online.target
Wants=network-online.target

[Service]
User={user}
EnvironmentFile={environment}
ExecStart="{program}" {command}
Restart=on-failure
# Comity's own PostgreSQL shuts down cleanly in this time.
TimeoutStopSec=240
KillMode=mixed
LimitNOFILE=20000

[Install]
WantedBy=multi-user.target
"""


@click.group(cls=click.RichGroup)
def config() -> None:
    """Show what is configured."""


@config.command("show")
@data_dir_option
@json_option
def show(data_dir: Path | None, *, as_json: bool) -> None:
    """Show every setting that is in force, and where it comes from. Secrets are masked."""
    from rich.table import Table

    settings = load_settings(data_dir=data_dir)
    rows = [_row(settings, name, data_dir) for name in type(settings).model_fields]
    if as_json:
        show_json(rows)
        return
    table = Table("setting", "value", "from")
    for row in rows:
        is_given = row["source"] != "default"
        table.add_row(*row.values(), style="bold" if is_given else None)
    output.print(table)


def _row(settings: "Settings", name: str, data_dir: Path | None) -> dict[str, str]:
    from api.settings import PREFIX

    source = "default"
    if name in settings.model_fields_set:
        is_option = name == "data_dir" and data_dir is not None
        source = "--data-dir" if is_option else "environment"
    return {"setting": f"{PREFIX}{name.upper()}", "value": shown(settings, name), "source": source}


def shown(settings: "Settings", name: str) -> str:
    """A setting as text. Of a secret, only whether it is set."""
    from pydantic import SecretStr

    value = getattr(settings, name)
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def init(directory: Path) -> None:
    """Write files to begin with into DIRECTORY: settings, and units of systemd.

    It overwrites nothing: if one of the files is there, none is written.
    """
    import sys

    from api.kept_files import SettingsError

    folder = directory.resolve()
    started = Path(sys.argv[0]).absolute()
    # Beside the interpreter of an environment stand its programs.
    program = started if started.name == PROGRAM else Path(sys.executable).with_name(PROGRAM)
    texts = {
        ENVIRONMENT_FILE: _environment(folder),
        SERVE_UNIT: _unit(folder, program, "serve", "the service"),
        WORKER_UNIT: _unit(folder, program, "worker", "background work beside the service"),
    }
    there = [name for name in texts if (folder / name).exists()]
    if there:
        message = f"{', '.join(there)} in {folder} is there already; nothing was written"
        raise SettingsError(message)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in texts.items():
            _write(folder / name, text)
    except OSError as error:
        message = f"{error.filename or folder} cannot be written: {error.strerror}"
        raise SettingsError(message) from error
    click.echo(_next(folder))


def _write(path: Path, text: str) -> None:
    import os

    mode = 0o600 if path.name == ENVIRONMENT_FILE else 0o644
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _environment(folder: Path) -> str:
    """All settings with what they mean. Only the data directory is chosen here."""
    from textwrap import wrap

    from api.settings import PREFIX, Settings

    # Whatever the environment of this command says, the file tells what holds without it.
    plain = Settings(_env_prefix="NOT_READ_", data_dir=folder / "data")
    lines = [_HEAD.format(path=folder / ENVIRONMENT_FILE)]
    for name, field in Settings.model_fields.items():
        about = field.description or ""
        lines += [f"# {line}" for line in wrap(about[:1].upper() + about[1:], LINE_COLUMNS)]
        mark = "" if name == "data_dir" else "#"
        lines += [f"{mark}{PREFIX}{name.upper()}={_quoted(shown(plain, name))}", ""]
    return "\n".join(lines)


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _unit(folder: Path, program: Path, command: str, what: str) -> str:
    import os
    import pwd

    user = pwd.getpwuid(os.geteuid()).pw_name
    environment = folder / ENVIRONMENT_FILE
    return _UNIT.format(
        what=what, user=user, environment=environment, program=program, command=command
    )


def _next(folder: Path) -> str:
    return f"""\
Written to {folder}: {ENVIRONMENT_FILE}, {SERVE_UNIT}, {WORKER_UNIT}

Next:
  1. Read {folder / ENVIRONMENT_FILE}, and change what is to be otherwise.
  2. Start the service:
       sudo systemctl enable --now {folder / SERVE_UNIT}
     For background work in a process of its own, set COMITY_RUN_WORKER=false and enable
     {folder / WORKER_UNIT} too.
  3. See how it is:
       set -a; . {folder / ENVIRONMENT_FILE}; set +a
       comity status
       comity doctor
  4. Invite the first user:
       comity users invite EMAIL"""
