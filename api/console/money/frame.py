"""What the pages about money have in common: their words, files to save, and typed amounts."""

from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import get_currency_precision
from litestar import Response

from api.console.money import words
from api.console.shell import Shell
from api.pages.ask import Problem, Query
from api.pages.render import HEADERS

_KEPT_HEADERS = ("content-disposition", "comity-content-sha256")
CURRENCY_LENGTH = 3


def show(shell: Shell, template: str, /, **values: Any) -> Response[bytes]:
    """A page of this wing, with the words of its lists."""
    return shell.page(f"money/{template}.html", words=words, **values)


async def save(
    shell: Shell, path: str, query: Query | None = None, /, **parts: object
) -> Response[bytes]:
    """A file of the interface, for the browser to save.

    Raises:
        Problem: the interface refused it.
    """
    answer = await shell.get(path, query, **parts)
    if not answer.is_good:
        raise Problem(answer)
    given = {name.lower(): value for name, value in answer.headers.items()}
    kept = {name: given[name] for name in _KEPT_HEADERS if name in given}
    return Response(
        answer.body,
        media_type=given.get("content-type", "application/octet-stream"),
        headers={**HEADERS, **kept},
    )


def minor(typed: str, currency: str) -> int | str | None:
    """An amount as people write it, in minor units: 12.30 of CNY is 1230.

    What is no such amount is left as it is, and the interface says what is wrong with it.
    """
    if not typed:
        return None
    try:
        moved = Decimal(typed.replace(",", "")).scaleb(precision(currency))
        return int(moved) if moved == moved.to_integral_value() else typed
    except (InvalidOperation, ValueError, OverflowError):
        return typed


def precision(currency: str) -> int:
    """How many digits the currency has behind the point."""
    is_code = len(currency) == CURRENCY_LENGTH and currency.isascii() and currency.isalpha()
    return int(get_currency_precision(currency)) if is_code else 0
