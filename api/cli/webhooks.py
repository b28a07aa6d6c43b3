"""`comity webhooks`: webhooks on the machine of who writes their receiver."""

import json
import time
from typing import Any

import rich_click as click

from api.cli.following import followed, run_until_stopped, stream_options
from api.cli.session import output


@click.group(cls=click.RichGroup)
def webhooks() -> None:
    """Try out webhooks on your own machine."""


@webhooks.command("listen")
@click.option("--forward-to", required=True, metavar="URL", help="Your receiver's address.")
@stream_options
@click.option("--secret", help="The secret that signs. By default, a new one is made.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document for each, on a line.")
def listen(forward_to: str, *, secret: str | None, as_json: bool, **wanted: Any) -> None:
    """Send the events of your party to your own machine, signed as webhooks are.

    The command follows the stream of events with your API key. So your receiver needs no address
    that the service can reach. What your receiver answers is printed, and nothing is sent twice.
    """
    from api.events.secrets import new_secret
    from exchange.fulfil import require_secret

    chosen = secret or new_secret()
    require_secret(chosen)
    if secret is None and not as_json:
        output.print(f"The secret: {chosen}", highlight=False, soft_wrap=True)
    run_until_stopped(_forward(forward_to, chosen, wanted, as_json=as_json))


async def _forward(url: str, secret: str, wanted: dict[str, Any], *, as_json: bool) -> None:
    import httpx2
    import orjson

    from api.events.secrets import signed
    from api.events.send import ATTEMPT_SECONDS_MAX
    from api.process.own_clock import own_time

    async with httpx2.AsyncClient(timeout=ATTEMPT_SECONDS_MAX, trust_env=False) as http:
        async for document in followed(wanted):
            body = orjson.dumps(document)
            headers = signed([secret], document["id"], body, own_time())
            headers["content-type"] = "application/json"
            started = time.monotonic()
            try:
                answer = await http.post(url, content=body, headers=headers)
                status: int | None = answer.status_code
                problem = None
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                status, problem = None, f"{type(error).__name__}: {error}"
            milliseconds = round((time.monotonic() - started) * 1_000)
            _show(document, status, problem, milliseconds, as_json=as_json)


def _show(
    document: dict[str, Any],
    status: int | None,
    problem: str | None,
    milliseconds: int,
    *,
    as_json: bool,
) -> None:
    if as_json:
        told = {
            **{name: document[name] for name in ("id", "type", "sequence")},
            "status": status,
            "problem": problem,
            "milliseconds": milliseconds,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    came = status if problem is None else problem
    output.print(
        f"{document['sequence']} {document['type']} {document['id']}: {came} ({milliseconds} ms)",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
