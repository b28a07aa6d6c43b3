"""How the exchange does, for whoever runs it, and uses that wait for a person."""

from datetime import datetime, timedelta

from litestar import Response, get, post
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, SLOW, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Limit
from api.http.paging import PlacedCursor as TwoNumbers
from api.http.problems import invalid_at
from api.http.routes.orders import programme_codes
from api.http.schemas.answers import Page
from api.http.schemas.status import (
    BookStateAnswer,
    LastVerifyAnswer,
    RejectedUseAnswer,
    RetriedUsesAnswer,
    StatusAnswer,
    SupplierLightAnswer,
    TopicBacklogAnswer,
    WorkerStateAnswer,
)
from api.process.context import Context
from api.process.last_verify import identity, read_verify
from catalog import BIGINT_MAX, INTEGER_MAX, load_suppliers
from catalog.stages import Stage, load_stages
from exchange.figures import Newest, light_of, load_newest
from ledger import JSON, TopicBacklog, load_backlog, read_clock
from ledger.audit import BookState, load_book_states
from ledger.heartbeats import Worker, load_workers
from settlement import load_periods
from settlement.rating import count_rejected, list_rejected, retry_rejected

TAGS = ["status"]
BOOKS_MAX = 500
SUPPLIERS_MAX = 500
_WORST_FIRST = ("red", "amber", "green")

_book = Copier(BookStateAnswer, BookState, "programme")
_topic = Copier(TopicBacklogAnswer, TopicBacklog, "oldest_at")
_worker = Copier(WorkerStateAnswer, Worker, "seen_at")


@get("/v1/status", guards=[OPERATOR], opt=SLOW, tags=TAGS)
async def status(request: Call) -> StatusAnswer:
    """How the exchange does: books, messages, workers, months and suppliers.

    Counts are bounded, so that this can be asked all day long.
    """
    context = context_of(request)
    async with context.database.transaction() as connection:
        books = await load_book_states(connection, limit=BOOKS_MAX + 1)
        periods = await load_periods(connection)
        now = await read_clock(connection)
        lights = await _lights(connection, now)
        return {
            "as_of": now,
            "books": [_book(each, programme=each.code) for each in books[:BOOKS_MAX]],
            "are_all_books": len(books) <= BOOKS_MAX,
            "verify": await _verify(context, connection),
            "outbox": [
                _topic(each, oldest_at=each.since) for each in await load_backlog(connection)
            ],
            "workers": [
                _worker(each, seen_at=now - timedelta(seconds=each.seconds))
                for each in await load_workers(connection)
            ],
            "open_months": [each.month for each in periods if each.state != "closed"],
            "rejected_uses": await count_rejected(connection),
            "suppliers": lights[:SUPPLIERS_MAX],
            "are_all_suppliers": len(lights) <= SUPPLIERS_MAX,
        }


async def _verify(context: Context, connection: AsyncConnection) -> LastVerifyAnswer | None:
    """What the last verification on this machine found."""
    last = read_verify(context.settings, await identity(connection))
    if last is None:
        return None
    return {"verified_at": last.verified_at, "defects": last.defects_count}


async def _lights(connection: AsyncConnection, now: datetime) -> list[SupplierLightAnswer]:
    """The suppliers with their lights, those in trouble first."""
    suppliers = await load_suppliers(connection, SUPPLIERS_MAX + 1)
    stages = {each.party_id: each.stage for each in await load_stages(connection)}
    newest = await load_newest(connection, [each.party_id for each in suppliers], now)
    found: list[SupplierLightAnswer] = []
    for each in suppliers:
        stage = stages.get(each.party_id, Stage.OPEN)
        orders = newest.get(each.party_id, Newest())
        light = light_of(orders, now, is_suspended=stage is Stage.SUSPENDED)
        found.append(
            {
                "supplier": each.code,
                "light": light.light,
                "why": light.why,
                "stage": stage.value,
                "orders": orders.orders,
                "succeeded": orders.succeeded,
                "failed": orders.failed,
                "open_since": orders.open_since,
                "unheard_of_since": orders.silent_since,
            }
        )
    return sorted(found, key=lambda each: (_WORST_FIRST.index(each["light"]), each["supplier"]))


@get("/v1/rejected-uses", guards=[OPERATOR], tags=TAGS)
async def rejected_uses(
    request: Call, cursor: TwoNumbers = None, limit: Limit = LIMIT_DEFAULT
) -> Page[RejectedUseAnswer]:
    """Uses and reversals that cannot be read for the bill, and wait for a person."""
    book, dot, message = (cursor or "0.0").partition(".")
    if not dot or int(book) > INTEGER_MAX or int(message) > BIGINT_MAX:
        raise invalid_at("/cursor", "The cursor should be the next_cursor of an earlier page")
    async with context_of(request).database.transaction() as connection:
        found = await list_rejected(connection, after=(int(book), int(message)), limit=limit)
        programmes = await programme_codes(connection, {each.book_id for each in found})
    items: list[RejectedUseAnswer] = [
        {
            "programme": programmes[each.book_id],
            "topic": each.topic,
            "reason": each.reason,
            "rejected_at": each.rejected_at,
        }
        for each in found
    ]
    is_full = len(found) == limit
    return {
        "items": items,
        "next_cursor": f"{found[-1].book_id}.{found[-1].outbox_id}" if is_full else None,
    }


@post("/v1/rejected-uses/retry", guards=[OPERATOR], opt=CHANGES, status_code=200, tags=TAGS)
async def retry_rejected_uses(request: Call) -> Response[RetriedUsesAnswer]:
    """Hand all of them back to the service, which rates them again."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        return {"messages": await retry_rejected(connection)}

    return await answer_once(request, context_of(request).database, act, status=200)


ROUTES = [status, rejected_uses, retry_rejected_uses]
