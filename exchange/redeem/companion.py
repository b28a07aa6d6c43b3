"""What a redemption commits along with its points: stock, coupon, order and receipt.

The piece and its price. `before` plans from which batch each bid takes its piece (`plan`), and has
the price judged while the ledger decides (`prices`): by the price rules, or by that batch, which
never changes its price. So what was found a moment before no longer matters. `after` takes from
exactly these batches.

The last piece of stock, and the last that a limit allows. `before` refuses only where nothing is
left, so that nobody loses a piece to a request that the ledger then refuses. `take` is a
conditional UPDATE under the row locks of the batches, which are held only from then to the end of
the transaction. The pieces of a day are counted after it in the same way. Either may come out
short: more were accepted than there are, or another lane was faster. Then the last of the accepted
bids are marked late and the transaction is run again. That attempt plans anew, from the stock and
at the prices that it finds.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import asyncpg
import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import (
    ABSENT_PROVES_SECONDS_MIN,
    DEADLINE_SECONDS,
    DEFAULT_TERMS,
    Deed,
    DeliveryTerms,
    Party,
    load_delivery_terms,
    note,
)
from catalog.procurement import load_allotments, take
from exchange.coupons.accounts import masked
from exchange.coupons.codes import new_code, new_request_number
from exchange.coupons.lifecycle import SUBMIT_TOPIC, CouponState, OrderState, first_day
from exchange.coupons.receipt import Step
from exchange.coupons.told import told_of_new
from exchange.redeem.canary import count_canaries, require_served
from exchange.redeem.cards import give_cards, hold_cards, last_day_of, ready_cards
from exchange.redeem.free_rights import hold_back_gifts
from exchange.redeem.limits import count_days, load_taken
from exchange.redeem.plan import mark_over_limits, plan
from exchange.redeem.prices import judge_prices
from exchange.redeem.quote import Bid, Trial, load_offers
from ledger import JSON, Event, Refusal, lane_of, tell
from ledger.asks import Item
from ledger.book import programme_day

LONGEST_LOOK_SECONDS = 3_600
"""How long it may take until an order is looked at again."""

Key = TypeVar("Key")

# What the coupons' own rows do not say is looked up by their keys: under the ledger's plans a join
# compares every row with every other (`lock`).
_CREATE = text(
    f"""
    WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS t(
            code text, request_key text, state text, member text,
            encrypted_account text, masked_account text,
            offer_id bigint, offer_code text, offer_version integer,
            supplier_id integer, fulfilment text, points bigint, free boolean,
            face_value_minor bigint, currency text, redeemed_at timestamptz, usable_from date,
            expires_on date, allotment_no integer, price_rule_id bigint, swap_id bigint,
            placement_id bigint, channel text, counts_as_used text
        )
    ), created AS (
        INSERT INTO exchange.coupon (
            book_id, home_party_id, code, request_key, state, member, encrypted_account,
            masked_account, offer_id, offer_code,
            offer_version, supplier_id, fulfilment, points, free, face_value_minor, currency,
            redeemed_at, usable_from, expires_on, allotment_no, price_rule_id, swap_id,
            placement_id, channel, counts_as_used
        )
        SELECT
            :book_id, :home_party_id, code, request_key, state, member,
            decode(encrypted_account, 'hex'), masked_account, offer_id,
            offer_code, offer_version, supplier_id, fulfilment, points, free, face_value_minor,
            currency, redeemed_at, usable_from, expires_on, allotment_no, price_rule_id, swap_id,
            placement_id, channel, counts_as_used
        FROM wanted
        RETURNING coupon_id, state, supplier_id, points, redeemed_at, request_key,
            CAST(:actors AS jsonb) ->> request_key AS actor_id,
            CAST(:orders AS jsonb) -> request_key AS ordering
    ), ordered AS (
        INSERT INTO exchange.fulfilment_order
            (book_id, coupon_id, request_number, supplier_id, state, deadline_at, promised_at)
        SELECT :book_id, coupon_id, ordering ->> 0, supplier_id, '{OrderState.CREATED}',
            now() + make_interval(secs => CAST(ordering ->> 1 AS integer)),
            now() + make_interval(secs => CAST(ordering ->> 2 AS integer))
        FROM created WHERE ordering IS NOT NULL
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at, recorded_by
        )
        SELECT :book_id, coupon_id, step, detail, redeemed_at, greatest(now(), redeemed_at),
            CAST(actor_id AS integer)
        FROM (
            SELECT created.*, '{Step.REDEEMED}' AS step,
                json_build_object('points', points) AS detail, 1 AS place
            FROM created
            UNION ALL
            SELECT created.*, '{Step.DELIVERED}', NULL, 2
            FROM created WHERE state = '{CouponState.ACTIVE}'
            ORDER BY coupon_id, place
        ) AS all_steps
    )
    SELECT coupon_id, request_key FROM created
    """
).bindparams(*(bindparam(name, type_=TEXT()) for name in ("rows", "actors", "orders")))


@dataclass(frozen=True, slots=True)
class RightsCompanion:
    """What a redemption commits besides the points.

    Companions of one programme are equal, so that its redemptions share their statements.
    """

    book_id: int
    lanes: int
    brand: Party
    time_zone: str

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Refuse what the quote refused, the brand may no longer have, or is sold out.

        The others are decided at the price that the rules or the batch gives them.
        """
        offered = [item for item in items if _bid_of(item).quote.offer is not None]
        found = (
            await load_offers(connection, self.brand, (_bid_of(item).wanted for item in offered))
            if offered
            else {}
        )
        sold: list[Item] = []
        for item in items:
            bid = _bid_of(item)
            seen = bid.quote.refusal or found[bid.wanted]
            if isinstance(seen, Refusal):
                item.refuse(seen)
            else:
                bid.offer = seen
                bid.day = bid.day or programme_day(bid.quote.at, self.time_zone)
                sold.append(item)
        served = await require_served(connection, self.book_id, sold)
        if served:
            await self._plan(connection, served)

    async def _plan(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Refuse what the limits and the stock do not allow, and have the rest priced."""
        bids = [_bid_of(item) for item in items]
        held = await load_allotments(connection, self.book_id, {bid.pair[0] for bid in bids})
        wishes = [bid.wish for bid in bids]
        taken = await load_taken(connection, self.book_id, self.time_zone, wishes)
        taken.codes = await ready_cards(connection, self.book_id, self.time_zone, held, bids)
        refusals = plan(held, taken, bids)
        priced = []
        for place, item in enumerate(items):
            if place in refusals:
                item.refuse(refusals[place])
            else:
                # Until `after` sees it among those that the ledger accepted.
                bids[place].trial = Trial.REFUSED
                priced.append((item, bids[place]))
        await judge_prices(connection, self.book_id, self.time_zone, priced)
        await hold_back_gifts(connection, self.book_id, priced)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Take the stock, create coupons, orders and receipts, and put orders into the outbox."""
        self._keep_days(items)
        bids = [_bid_of(item) for item in items]
        await _take_stock(connection, self.book_id, bids)
        if await hold_cards(connection, self.book_id, self.time_zone, bids):
            raise asyncpg.SerializationError("more codes were wanted than there are")
        await count_canaries(connection, bids)
        direct = {
            offer.supplier_id
            for offer in (_bid_of(item).quote.offer for item in items)
            if offer is not None and offer.fulfilment == "direct"
        }
        terms = await load_delivery_terms(connection, direct)
        rows = [self._row(item) for item in items]
        orders = self._orders(items, terms)
        parameters = {
            "book_id": self.book_id,
            "home_party_id": self.brand.party_id,
            "rows": _text(rows),
            "actors": _text({item.operation.key: item.operation.recorded_by for item in items}),
            "orders": _text(orders),
        }
        coupons = {
            row.request_key: row.coupon_id for row in await connection.execute(_CREATE, parameters)
        }
        made = [
            (bid, coupons[row["request_key"]], row["expires_on"])
            for bid, row in zip(bids, rows, strict=True)
        ]
        await give_cards(connection, self.book_id, made)
        await _note(connection, items, coupons)
        submissions = []
        for item, row in zip(items, rows, strict=True):
            coupon_id = coupons[item.operation.key]
            quote = _bid_of(item).quote
            assert quote.offer is not None
            item.detail = {
                "coupon": coupon_id,
                "state": row["state"],
                "offer": quote.offer.offer_id,
                "offer_code": quote.offer.code,
                "supplier": quote.offer.supplier_code,
                "free": quote.request.free,
                "price_rule": row["price_rule_id"],
                "first_day": row["usable_from"],
                "last_day": row["expires_on"],
            }
            if item.operation.key in orders:
                submissions.append(
                    {
                        "book_id": self.book_id,
                        "coupon_id": coupon_id,
                        "supplier_id": row["supplier_id"],
                    }
                )
        told = [_told(row, coupons[row["request_key"]]) for row in rows]
        await tell(
            connection,
            self.book_id,
            [event for each in told for event in each],
            topic=SUBMIT_TOPIC,
            payloads=submissions,
        )

    def _keep_days(self, items: Sequence[Item]) -> None:
        """See that each piece is counted on the day of its operation.

        Raises:
            asyncpg.SerializationError: midnight has passed since the quote.
        """
        is_moved = False
        for item in items:
            bid, day = _bid_of(item), programme_day(item.answer.occurred_at, self.time_zone)
            is_moved, bid.day = is_moved or bid.day != day, day
        if is_moved:
            raise asyncpg.SerializationError("a day has ended since the quote")

    def _orders(
        self, items: Sequence[Item], terms: Mapping[int, DeliveryTerms]
    ) -> dict[str, tuple[str, int, int]]:
        """The orders of the rights that are delivered, by key: number, deadline and promise."""
        orders = {}
        for item in items:
            quote = _bid_of(item).quote
            if quote.offer is not None and quote.offer.fulfilment == "direct":
                lane = lane_of(quote.request.member, self.lanes)
                times = _times_of(terms.get(quote.offer.supplier_id, DEFAULT_TERMS))
                number = new_request_number(self.book_id, lane)
                orders[item.operation.key] = (number, *times)
        return orders

    def _row(self, item: Item) -> dict[str, JSON]:
        bid = _bid_of(item)
        offer, request = bid.quote.offer, bid.quote.request
        assert offer is not None, "an accepted redemption has an offer"
        day = programme_day(item.answer.occurred_at, self.time_zone)
        usable_from = first_day(day, offer.use_after_days, offer.use_from)
        expires_on = last_day_of(bid, offer, day)
        is_direct = offer.fulfilment == "direct"
        account = _bid_of(item).encrypted_account
        assert bid.batch is not None, "an accepted redemption has a batch"
        lane = lane_of(request.member, self.lanes)
        return {
            "code": new_code(self.book_id, lane),
            "request_key": request.key,
            "state": str(CouponState.HELD if is_direct else CouponState.ACTIVE),
            "member": request.member,
            "encrypted_account": account.hex() if account is not None else None,
            "masked_account": masked(request.account) if account and request.account else None,
            "offer_id": offer.offer_id,
            "offer_code": offer.code,
            "offer_version": offer.version,
            "supplier_id": offer.supplier_id,
            "fulfilment": offer.fulfilment,
            "points": item.answer.points,
            "price_rule_id": bid.price_id,
            "free": request.free,
            "allotment_no": bid.batch_key[1],
            "swap_id": bid.batch.swap_id,
            "placement_id": request.placement,
            "face_value_minor": offer.face_value_minor,
            "currency": offer.currency,
            "redeemed_at": item.answer.occurred_at,
            "usable_from": usable_from.isoformat() if usable_from is not None else None,
            "expires_on": expires_on.isoformat() if expires_on is not None else None,
            "channel": request.channel,
            "counts_as_used": offer.counts_as_used,
        }


def _told(row: Mapping[str, JSON], coupon_id: int) -> list[Event]:
    return told_of_new(
        coupon_id=coupon_id,
        state=CouponState(row["state"]),
        offer_id=row["offer_id"],
        member=row["member"],
        points=row["points"],
        free=row["free"],
        channel=row["channel"],
    )


def _times_of(terms: DeliveryTerms) -> tuple[int, int]:
    """After how many seconds an order is sent no more, and after how many it has surely ended.

    After the deadline a supplier that answers has told how it stands before the second of them.
    """
    deadline = terms.deadline_seconds or DEADLINE_SECONDS
    proof = terms.absent_proves_after_seconds or ABSENT_PROVES_SECONDS_MIN
    return deadline, deadline + proof + LONGEST_LOOK_SECONDS


async def _note(
    connection: AsyncConnection, items: Sequence[Item], coupons: Mapping[str, int]
) -> None:
    """Put the new coupons into the audit log, by one statement for each request that made some."""
    keys: dict[Deed, list[str]] = defaultdict(list)
    for item in items:
        if (deed := _bid_of(item).deed) is not None:
            keys[deed].append(item.operation.key)
    for deed, made in keys.items():
        await note(connection, deed, "coupon", [coupons[key] for key in made], made)


def _text(document: JSON) -> str:
    return orjson.dumps(document).decode()


def _bid_of(item: Item) -> Bid:
    assert isinstance(item.payload, Bid)
    return item.payload


async def _take_stock(connection: AsyncConnection, book_id: int, bids: Sequence[Bid]) -> None:
    """Take one piece for each bid, from the batch that was planned for it, and count the day.

    Where there are too few, or the limits leave too little, the last bids are marked late.

    Raises:
        asyncpg.SerializationError: there were too few, and the transaction is to be run again.
    """
    is_short = mark_over_limits(bids)
    if not is_short:
        pieces = Counter(bid.batch_key for bid in bids)
        granted = await take(connection, book_id, pieces)
        is_short = _mark_late(bids, [bid.batch_key for bid in bids], granted)
    if not is_short:
        days = Counter(bid.day_key for bid in bids)
        maxima = {
            bid.offer.offer_id: bid.offer.per_day
            for bid in bids
            if bid.offer is not None and bid.offer.per_day is not None
        }
        counted = await count_days(connection, book_id, days, maxima)
        is_short = _mark_late(bids, [bid.day_key for bid in bids], counted)
    if is_short:
        raise asyncpg.SerializationError("more pieces were accepted than there are")


def _mark_late(bids: Sequence[Bid], keys: Sequence[Key], there: Mapping[Key, int]) -> bool:
    """Mark the bids that come after what is there of their keys. Tells whether there are any."""
    used: Counter[Key] = Counter()
    is_short = False
    for bid, key in zip(bids, keys, strict=True):
        used[key] += 1
        if used[key] > there[key]:
            bid.trial = Trial.LATE
            is_short = True
    return is_short
