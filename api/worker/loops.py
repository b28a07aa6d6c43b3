"""One loop for each kind of background work.

| loop | what one round does |
|---|---|
| `send-1` to `send-4` | send orders to suppliers |
| `query` | asks suppliers what became of their orders |
| `rate` | rates uses for the bill |
| `close` | goes on with a month that was left while it was closing |
| `reconcile-1` and `reconcile-2` | match a supplier's file with the bill |
| `import-1` and `import-2` | check and apply a file of offers, shops, members or card codes |
| `convert` | delivers conversions to the other programme |
| `release` | releases holds that are overdue |
| `forget-imports` | forgets what became of the rows of imports that ended long ago |
| `expire` | ends coupons that are past their last day |
| `codes` | has card codes in the books that need them, and tells which have become few |
| `check` | checks a supplier by the kit |
| `canary` | judges suppliers that were staged by what became of their orders |
| `stock` | tells which stock has become low |
| `tell` | tells which coupons were given back, given on or withdrawn |
| `withdraw` | withdraws the coupons of offers that the operator has taken out |
| `swaps` | judges and ends swaps; tells who came near a limit, and of conflicts of tills |
| `figures` | counts what members could redeem and did, by day |
| `liability` | goes on with months of points that are being frozen, and reads ahead for them |
| `cases` | opens cases of orders that are late, and tells what was opened and decided |
| `staff` | has staff earn by the uses that they attended to |
| `invites` | has members earn whose friends have used a coupon |
| `birthdays` | gives birthday gifts |
| `wipe` | wipes members' accounts that nobody needs any more |
| `seal` | seals the books |
| `beat` | tells the other processes that all loops of this one live |

Those about bills are in `bills`, those about events in `webhooks`.

Any number of processes may run these loops at once: the row locks of the queues divide the work.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

import structlog

from api.process.bell import Bell
from api.process.context import Context
from api.process.hearts import BEAT_SECONDS
from api.worker.bills import bill_loops
from api.worker.liability import liability_loop
from api.worker.supervise import STOP_SECONDS, Loop, pause, supervise
from api.worker.webhooks import event_loops
from catalog import WORKER
from catalog.imports import IMPORTS_AT_WORK_MAX, Importer, forget_old_imports, work_on_import
from exchange.canary import watch_suppliers
from exchange.cases import open_stuck, tell_cases
from exchange.codes import end_reveal_windows, work_on_codes
from exchange.conformance import Checker, work_on_check
from exchange.coupons import encrypt_accounts, expire_coupons, wipe_accounts
from exchange.earning import (
    give_birthday_gifts,
    reward_staff,
    settle_invitations,
    tell_birthdays,
)
from exchange.figures import keep_figures
from exchange.fulfil import Fulfilment, SupplierClient, open_supplier_client, party_keys_of
from exchange.give import tell_of_coupons, withdraw_coupons
from exchange.leases import tell_conflicts
from exchange.redeem import tell_low_stock, watch_stock
from exchange.swaps import tell_swaps, watch_swaps
from ledger import heartbeats
from ledger.audit import seal_book
from ledger.book import Programme, load_programmes
from ledger.finish import deliver_conversions, release_overdue
from settlement.rating import rate_pending
from settlement.reconcile import UPLOADS_AT_WORK_MAX, work_on_upload

SENDERS = 4
"""Loops that begin to send orders. None of them waits for a supplier's answer."""
SEND_POLL_SECONDS = 0.05
SEND_POLL_SPARE_SECONDS = 1.0
"""How often all senders but the first look for orders of other processes."""
QUERY_POLL_SECONDS = 1.0
RATE_POLL_SECONDS = 0.25
RATE_REST_SECONDS = 0.2
"""After a round that took all there was. A round for one use costs as much as for a hundred."""
RATE_ROUND_MAX = 1_000
"""What `rate_pending` takes in a round. After a round of so many there is more to do at once."""
UPLOAD_POLL_SECONDS = 0.5
UPLOAD_ROUND_SECONDS_MAX = 1_800.0
"""Longer than the reading of our lines and the comparison may take, one after the other."""
IMPORT_POLL_SECONDS = 0.5
FORGET_POLL_SECONDS = 3_600.0
CONVERT_POLL_SECONDS = 0.25
RELEASE_POLL_SECONDS = 1.0
ROUND_MAX = 500
"""The most conversions or holds in one round."""
EXPIRE_POLL_SECONDS = 3_600.0
STOCK_POLL_SECONDS = 60.0
TELL_POLL_SECONDS = 5.0
WITHDRAW_POLL_SECONDS = 2.0
CODES_POLL_SECONDS = 60.0
SWAPS_POLL_SECONDS = 5.0
FIGURES_POLL_SECONDS = 900.0
CASES_POLL_SECONDS = 60.0
STAFF_POLL_SECONDS = 1.0
INVITES_POLL_SECONDS = 60.0
BIRTHDAYS_POLL_SECONDS = 300.0
WIPE_POLL_SECONDS = 3_600.0
SEAL_POLL_SECONDS = 600.0
CHECK_POLL_SECONDS = 2.0
CANARY_POLL_SECONDS = 15.0
LONG_ROUND_SECONDS_MAX = 14_400.0
"""A round that ends coupons, looks at stock or codes, counts, wipes or seals is about every book;
an import, its file.
"""
TROUBLE_SECONDS = 5.0

_log = structlog.get_logger("comity.worker")


async def run_worker(context: Context, stop: asyncio.Event) -> None:
    """Work until `stop` is set, whatever happens. Then nobody waits for its signs of life."""
    await _work_on(context, stop)
    with suppress(Exception):
        async with asyncio.timeout(STOP_SECONDS), context.database.transaction() as connection:
            await heartbeats.forget(connection, context.process)


async def _work_on(context: Context, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await _work(context, stop)
        except Exception:  # noqa: BLE001 - a worker that ended would leave all work undone
            _log.exception("worker_died")
            await pause(stop, TROUBLE_SECONDS)


async def _work(context: Context, stop: asyncio.Event) -> None:
    open_rounds: set[asyncio.Task[None]] = set()
    async with (
        open_supplier_client(context.settings.networks) as client,
        event_loops(context) as of_events,
    ):
        loops = [
            *_order_loops(context, client, open_rounds),
            *_upload_loops(context),
            *_import_loops(context),
            *_event_loops(context),
            *_watching_loops(context),
            *_book_loops(context),
            _codes_loop(context),
            *_supplier_loops(context),
            _counting(context),
            liability_loop(context, _programmes),
            *_earning_loops(context),
            *bill_loops(context),
            *of_events,
            _beating(context),
        ]
        try:
            await supervise(loops, context.hearts, stop)
            if open_rounds:
                await asyncio.wait({*open_rounds}, timeout=STOP_SECONDS)
        finally:
            unfinished = list(open_rounds)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)


def _order_loops(
    context: Context, client: SupplierClient, open_rounds: set[asyncio.Task[None]]
) -> list[Loop]:
    """The loops that begin rounds. What is in flight of them is in `open_rounds`."""
    fulfilment = Fulfilment(
        context.ledger,
        client,
        context.vault,
        context.settings.public_url,
        sold_out=context.sold_out,
    )

    def start(calls: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(calls, name="worker-calls")
        open_rounds.add(task)
        task.add_done_callback(ended)

    def ended(task: asyncio.Task[None]) -> None:
        open_rounds.discard(task)
        # An order whose answer was not stored is asked about when its lease ends.
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("worker_trouble", loop="calls", exc_info=error)
        context.changes.ring()
        context.orders.ring()

    async def send() -> int:
        return await fulfilment.submit_orders(start=start)

    async def query() -> int:
        return await fulfilment.query_orders(start=start)

    senders = [
        Loop(
            f"send-{number}",
            send,
            context.orders,
            SEND_POLL_SECONDS if number == 1 else SEND_POLL_SPARE_SECONDS,
        )
        for number in range(1, SENDERS + 1)
    ]
    return [*senders, Loop("query", query, Bell(), QUERY_POLL_SECONDS)]


def _beating(context: Context) -> Loop:
    """The loop that tells other processes that all loops of this one live."""

    async def beat() -> int:
        if not context.hearts.silent():
            async with context.database.transaction() as connection:
                await heartbeats.beat(connection, context.process, works=True)
                await heartbeats.forget_gone(connection)
        return 0

    return Loop("beat", beat, Bell(), BEAT_SECONDS)


def _upload_loops(context: Context) -> list[Loop]:
    async def reconcile() -> int:
        return await work_on_upload(context.database)

    return [
        Loop(
            f"reconcile-{number}",
            reconcile,
            context.uploads,
            UPLOAD_POLL_SECONDS,
            UPLOAD_ROUND_SECONDS_MAX,
        )
        for number in range(1, UPLOADS_AT_WORK_MAX + 1)
    ]


def _import_loops(context: Context) -> list[Loop]:
    importer = Importer(context.ledger, party_keys_of(context.vault), context.data_keys.digester)

    async def work() -> int:
        return await work_on_import(importer)

    async def forget() -> int:
        await forget_old_imports(context.database)
        return 0

    loops = [
        Loop(f"import-{number}", work, context.imports, IMPORT_POLL_SECONDS, LONG_ROUND_SECONDS_MAX)
        for number in range(1, IMPORTS_AT_WORK_MAX + 1)
    ]
    return [*loops, Loop("forget-imports", forget, Bell(), FORGET_POLL_SECONDS)]


def _event_loops(context: Context) -> list[Loop]:
    async def rate() -> int:
        rated = await rate_pending(context.database)
        if 0 < rated < RATE_ROUND_MAX:
            await asyncio.sleep(RATE_REST_SECONDS)
        return rated

    async def convert() -> int:
        return await deliver_conversions(context.ledger, limit=ROUND_MAX, recorded_by=WORKER)

    async def release() -> int:
        return await release_overdue(context.ledger, limit=ROUND_MAX, recorded_by=WORKER)

    async def tell() -> int:
        return await tell_of_coupons(context.database)

    async def withdraw() -> int:
        return await withdraw_coupons(context.ledger)

    return [
        Loop("tell", tell, Bell(), TELL_POLL_SECONDS),
        Loop("withdraw", withdraw, Bell(), WITHDRAW_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
        Loop("rate", rate, context.uses, RATE_POLL_SECONDS),
        Loop("convert", convert, context.conversions, CONVERT_POLL_SECONDS),
        Loop("release", release, Bell(), RELEASE_POLL_SECONDS),
    ]


def _supplier_loops(context: Context) -> list[Loop]:
    settings = context.settings
    checker = Checker(context.database, context.vault, settings.networks, settings.public_url)

    async def check() -> int:
        return await work_on_check(checker)

    async def canary() -> int:
        await watch_suppliers(context.database)
        return 0

    return [
        Loop("check", check, Bell(), CHECK_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
        Loop("canary", canary, Bell(), CANARY_POLL_SECONDS),
    ]


def _earning_loops(context: Context) -> list[Loop]:
    async def staff() -> int:
        return await reward_staff(context.ledger)

    async def invites() -> int:
        for programme in await _programmes(context):
            await settle_invitations(context.ledger, programme)
        return 0

    async def birthdays() -> int:
        accounts = await context.data_keys.accounts()
        for programme in await _programmes(context):
            await give_birthday_gifts(context.ledger, programme, accounts)
        await tell_birthdays(context.database)
        return 0

    return [
        Loop("staff", staff, Bell(), STAFF_POLL_SECONDS),
        Loop("invites", invites, Bell(), INVITES_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
        Loop("birthdays", birthdays, Bell(), BIRTHDAYS_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
    ]


async def _programmes(context: Context) -> Sequence[Programme]:
    async with context.database.transaction() as connection:
        return await load_programmes(connection)


def _codes_loop(context: Context) -> Loop:
    async def codes() -> int:
        await work_on_codes(context.database, await _programmes(context))
        return 0

    return Loop("codes", codes, Bell(), CODES_POLL_SECONDS, LONG_ROUND_SECONDS_MAX)


def _counting(context: Context) -> Loop:
    async def count() -> int:
        for programme in await _programmes(context):
            await keep_figures(context.database, programme)
        return 0

    return Loop("figures", count, Bell(), FIGURES_POLL_SECONDS, LONG_ROUND_SECONDS_MAX)


def _watching_loops(context: Context) -> list[Loop]:
    async def swaps() -> int:
        await watch_swaps(context.database)
        await tell_swaps(context.database)
        await tell_conflicts(context.database)
        return 0

    async def cases() -> int:
        await open_stuck(context.database)
        await tell_cases(context.database)
        return 0

    return [
        Loop("swaps", swaps, Bell(), SWAPS_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
        Loop("cases", cases, Bell(), CASES_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
    ]


def _book_loops(context: Context) -> list[Loop]:
    async def expire() -> int:
        for programme in await _programmes(context):
            # Before they expire: some of these count as used then.
            await end_reveal_windows(context.database, programme)
            await expire_coupons(context.database, programme)
        return 0

    async def stock() -> int:
        for programme in await _programmes(context):
            await watch_stock(context.database, programme)
        await tell_low_stock(context.database)
        return 0

    async def wipe() -> int:
        days = context.settings.account_days
        accounts = await context.data_keys.accounts()
        for programme in await _programmes(context):
            await encrypt_accounts(context.database, programme, accounts, days)
            await wipe_accounts(context.database, programme, days)
        return 0

    async def seal() -> int:
        for programme in await _programmes(context):
            await seal_book(context.database, programme)
        return 0

    return [
        Loop("expire", expire, Bell(), EXPIRE_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
        Loop("stock", stock, Bell(), STOCK_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
        Loop("wipe", wipe, Bell(), WIPE_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
        Loop("seal", seal, Bell(), SEAL_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
    ]
