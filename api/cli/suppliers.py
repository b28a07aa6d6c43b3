"""`comity supplier`: for suppliers, on their own machine. It needs no database and no exchange."""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import errors, output

if TYPE_CHECKING:
    from exchange.conformance import Finding, Plan, Report

SECRET_VARIABLE = "SUPPLIER_SECRET"
MARKS = {"pass": "[green]pass[/green]", "fail": "[red]FAIL[/red]", "not-supported": "not shown"}


@click.group(cls=click.RichGroup)
def supplier() -> None:
    """Check a supplier's server, or run one to try with."""


@supplier.command("check")
@click.argument("url")
@click.option(
    "--secret", envvar=SECRET_VARIABLE, required=True, help="The secret that signs both ways."
)
@click.option("--offer", required=True, help="Your code of an offer that your server delivers.")
@click.option("--second-secret", help="Another secret that your server takes beside the first.")
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="OURS=YOURS",
    help="Which of your accounts plays one of ours, like refuse=13800000001.",
)
@click.option("--orders", type=click.IntRange(1, 2_000), default=200, show_default=True)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 100),
    default=20,
    show_default=True,
    help="How many orders your server takes at once.",
)
@click.option(
    "--case", "cases", type=click.IntRange(1, 16), multiple=True, help="Play this case alone."
)
@click.option(
    "--faster",
    type=click.FloatRange(1.0, 1_000.0),
    default=1.0,
    show_default=True,
    help="Wait for so many times less, if your server is quick.",
)
@click.option("--listen", default="127.0.0.1:0", show_default=True, metavar="HOST:PORT")
@click.option("--callback-url", help="Where your server reaches that, if it is another address.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the report."
)
@json_option
def check(url: str, *, report: Path | None, as_json: bool, **wanted: Any) -> None:
    """Play the sixteen cases against the server at URL, and say what is to be mended.

    The command ends with 1 if a case has failed that must not. With --case, any that has failed.
    """
    import json

    plan = _plan(wanted)
    found = asyncio.run(_check(url, plan, wanted, tell=None if as_json else _show))
    document = found.document()
    if report is not None:
        text = json.dumps(document, ensure_ascii=False, indent=2)
        report.write_text(f"{text}\n", encoding="utf-8")
    if as_json:
        show_json(document)
    else:
        counts = document["counts"]
        output.print(
            f"{counts['passed']} passed, {counts['failed']} failed,"
            f" {counts['not_supported']} not shown.",
            highlight=False,
        )
    has_failed = bool(document["counts"]["failed"]) if wanted["cases"] else not found.passed
    sys.exit(1 if has_failed else 0)


def _plan(wanted: dict[str, Any]) -> "Plan":
    from exchange.conformance import ACCOUNTS, Pace, Plan
    from exchange.fulfil import require_secret

    for each in (wanted["secret"], wanted["second_secret"]):
        if each is not None:
            require_secret(each)
    accounts = dict(each.partition("=")[::2] for each in wanted["accounts"])
    if unknown := sorted(accounts.keys() - {*ACCOUNTS}):
        raise click.UsageError(f"--account: {unknown[0]} is none of {', '.join(ACCOUNTS)}")
    return Plan(
        offer=wanted["offer"],
        accounts=accounts,
        orders=wanted["orders"],
        concurrency=wanted["concurrency"],
        second_secret=wanted["second_secret"],
        only=frozenset(wanted["cases"]) or None,
        pace=Pace().faster(wanted["faster"]),
    )


async def _check(url: str, plan: "Plan", wanted: dict[str, Any], *, tell: Any) -> "Report":
    import httpx2

    from api.process.own_clock import own_time
    from exchange.conformance import check_supplier, listening

    host, _, port = wanted["listen"].rpartition(":")
    if not host or not port.isdecimal():
        raise click.UsageError("--listen is a host and a port, like 127.0.0.1:0")
    secret = wanted["secret"]
    known = [each for each in (secret, plan.second_secret) if each is not None]
    async with (
        httpx2.AsyncClient(trust_env=False, follow_redirects=False) as http,
        listening(known, own_time, host=host, port=int(port), url=wanted["callback_url"]) as inbox,
    ):
        return await check_supplier(
            http,
            url,
            secret,
            plan,
            inbox=inbox,
            clock=own_time,
            tell=tell or (lambda _: None),
        )


def _show(finding: "Finding") -> None:
    case = finding.case
    output.print(
        f"{case.number:>2} {MARKS[finding.verdict]} {case.name}: {finding.sentence}",
        highlight=False,
        soft_wrap=True,
    )
    if finding.verdict == "fail":
        for line in finding.evidence:
            errors.print(f"     {line}", highlight=False, markup=False, soft_wrap=True)


@supplier.command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65_535), default=9100, show_default=True)
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    envvar=SECRET_VARIABLE,
    help="The secret that signs both ways; twice for two. By default, a new one is made.",
)
@click.option(
    "--faster",
    type=click.FloatRange(1.0, 1_000.0),
    default=1.0,
    show_default=True,
    help="Do everything in so many times less time.",
)
def sandbox(host: str, port: int, secrets: tuple[str, ...], faster: float) -> None:
    """Run a supplier that does what an order's account says, until it is told to stop.

    Orders for `ok` are delivered, for `refuse` refused, for `slow` answered too late, and so on.
    """
    from exchange.conformance import new_secret
    from exchange.fulfil import require_secret

    known = secrets or (new_secret(),)
    for each in known:
        require_secret(each)
    try:
        asyncio.run(_run_sandbox(host, port, known, faster, shown=not secrets))
    except OSError as error:
        errors.print(f"[red]comity:[/red] {error.strerror}: port {port}", soft_wrap=True)
        sys.exit(1)


async def _run_sandbox(
    host: str, port: int, secrets: tuple[str, ...], faster: float, *, shown: bool
) -> None:
    from api.process.own_clock import own_time
    from exchange.conformance import Manner, Sandbox

    box = Sandbox(secrets, own_time, Manner().faster(faster))
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with box.serving(host, port) as url:
        output.print(f"A supplier to try with: {url}", highlight=False, soft_wrap=True)
        if shown:
            output.print(f"Its secret: {secrets[0]}", highlight=False, soft_wrap=True)
        await stopped.wait()
