"""Redeem: a member turns points into a right, or a brand gives the right as a benefit.

One read transaction prices the requests (offers as the brand sees them, with the isolation decision, and allotments: three statements for any
number of requests). Then one ledger operation for each request, whose companion commits the rest with it:

    before  1 statement: the allotments as they stand; requests beyond what is left are refused
    ledger  spends the points (own_code) or holds them (direct), or refuses
    after   1 statement takes the stock of the accepted ones, 1 creates coupons, orders and receipt steps, 1 appends to the outbox

Races. The same key twice: the ledger's unique (book_id, key) answers the second from the first. The last piece of stock: `before` only looks, so a
request that the ledger refuses takes nothing; `take` is a conditional UPDATE under the allotment's row lock, and if another lane took the
piece in between, the whole transaction is run again and finds it gone. The row lock is held from the end of the transaction only.

A request's fingerprint is what the caller asked for, not the price found: a replay after a price change still answers with the first answer.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.allotments import Allotment, allotments, shortage, take
from catalog.offers import Offer, visible_offers
from catalog.parties import Party
from exchange.code import new_code, new_request_number
from exchange.lifecycle import CouponState, last_day
from exchange.receipt import Step
from ledger import outbox
from ledger.companion import Item
from ledger.expiry import programme_day
from ledger.operations import FINGERPRINT_BYTES, Answer, Hold, Operation, OperationInvalid, Redeem
from ledger.programme import Programme
from ledger.refusal import JSON, Refusal
from ledger.service import Ledger

ACCOUNT_LENGTH_MAX = 100
OFFER_ID_MAX = 2**63 - 1
DEADLINE_SECONDS = 86_400
"""After a day an order that never reached its supplier fails, and the points return."""
SUBMIT_TOPIC = "fulfilment.submit"


@dataclass(frozen=True, slots=True, kw_only=True)
class RightRequest:
    """One right for one member.

    `free`: the brand gives it, no points are spent. `account` is the member's account at the supplier; without it, the member's reference.
    `occurred_at` None means now. A malformed request is refused when it is made.
    """

    key: str
    member: str
    offer_id: int
    free: bool = False
    occurred_at: datetime | None = None
    account: str | None = None

    def __post_init__(self) -> None:
        Hold(key=self.key, member=self.member, occurred_at=self.occurred_at, points=0)
        if not 0 < self.offer_id <= OFFER_ID_MAX:
            raise OperationInvalid("offer_id is a positive number", field="offer_id")
        if self.account is not None and not (
            0 < len(self.account) <= ACCOUNT_LENGTH_MAX and self.account.isprintable()
        ):
            raise OperationInvalid(f"account has 1 to {ACCOUNT_LENGTH_MAX} printable characters", field="account")

    def fingerprint(self) -> bytes:
        """Of all that was asked for, but the key."""
        occurred_at = self.occurred_at.isoformat() if self.occurred_at is not None else None
        body = orjson.dumps(["right", self.member, self.offer_id, self.free, occurred_at, self.account])
        return hashlib.blake2b(body, digest_size=FINGERPRINT_BYTES).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldForRight(Hold):
    """Sets points aside for a right that a supplier must deliver first. It does not lapse: only proof ends it."""

    request: RightRequest

    def fingerprint(self) -> bytes:
        """The request's own: the price is not part of what was asked."""
        return self.request.fingerprint()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemForRight(Redeem):
    """Spends points on a right that is there at once."""

    request: RightRequest

    def fingerprint(self) -> bytes:
        """The request's own: the price is not part of what was asked."""
        return self.request.fingerprint()


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request was found to cost: the offer's version at that instant and the price, or why it cannot be had."""

    request: RightRequest
    at: datetime
    offer: Offer | None
    points: int
    refusal: Refusal | None

    def operation(self) -> Operation:
        """The ledger operation that pays for it."""
        kind = RedeemForRight if self.offer is not None and self.offer.fulfilment == "own_code" else HoldForRight
        request = self.request
        return kind(
            key=request.key,
            member=request.member,
            occurred_at=request.occurred_at,
            points=self.points,
            reference=f"offer {request.offer_id}",
            request=request,
        )


async def redeem_rights(
    ledger: Ledger, programme: Programme, brand: Party, requests: Sequence[RightRequest], now: datetime
) -> list[Answer]:
    """Redeem each request by itself; answers in order, one refusal never fails the rest.

    An accepted answer's `detail` names the coupon and its state: HELD while the supplier delivers, ACTIVE at once for the exchange's own codes.
    Refusals in an answer, in the order they are checked: offer-not-found, offer-isolated, offer-not-valid, allotment-not-found,
    allotment-closed, allotment-exhausted, member-not-found, insufficient-points.
    """
    async with ledger.database.transaction() as connection:
        quotes = await _quote(connection, programme, brand, requests, now)
    companion = RightsCompanion(programme.book_id, brand.party_id, programme.time_zone)
    return await ledger.submit(programme, [quote.operation() for quote in quotes], companion=companion, payloads=quotes)


async def _quote(
    connection: AsyncConnection, programme: Programme, brand: Party, requests: Sequence[RightRequest], now: datetime
) -> list[Quote]:
    instants = [request.occurred_at or now for request in requests]
    wanted = [(request.offer_id, at) for request, at in zip(requests, instants, strict=True)]
    places = {pair: place for place, pair in enumerate(dict.fromkeys(wanted))}
    found = await visible_offers(connection, brand, list(places))
    held = await allotments(connection, programme.book_id, {request.offer_id for request in requests})
    quotes = []
    for request, pair in zip(requests, wanted, strict=True):
        offer = found[places[pair]]
        if isinstance(offer, Refusal):
            quotes.append(Quote(request, pair[1], None, 0, offer))
            continue
        allotment = held.get(offer.offer_id)
        price = offer.points if allotment is None or allotment.points is None else allotment.points
        quotes.append(Quote(request, pair[1], offer, 0 if request.free else price, None))
    return quotes


@dataclass(frozen=True, slots=True)
class RightsCompanion:
    """What a redemption commits besides the points. Equal for all redemptions of a programme, so that they share its statements."""

    book_id: int
    home_party_id: int
    time_zone: str

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Refuse what the quote refused and what the allotment cannot cover."""
        quotes = [_quote_of(item) for item in items]
        offer_ids = {quote.offer.offer_id for quote in quotes if quote.offer is not None}
        held = await allotments(connection, self.book_id, offer_ids) if offer_ids else {}
        claimed: Counter[int] = Counter()
        for item, quote in zip(items, quotes, strict=True):
            refusal = quote.refusal or _shortage(held, quote, claimed)
            if refusal is not None:
                item.refuse(refusal)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Take the stock, create coupons, orders and receipts, and hand the orders to the outbox."""
        await _take_stock(connection, self.book_id, [_quote_of(item) for item in items])
        rows = [self._row(item) for item in items]
        parameters = {
            "book_id": self.book_id,
            "home_party_id": self.home_party_id,
            "rows": orjson.dumps(rows).decode(),
            "deadline_seconds": DEADLINE_SECONDS,
        }
        coupons = {row.request_key: row.coupon_id for row in await connection.execute(_CREATE, parameters)}
        submissions = []
        for item, row in zip(items, rows, strict=True):
            coupon_id = coupons[item.operation.key]
            quote = _quote_of(item)
            assert quote.offer is not None
            item.detail = {
                "coupon": coupon_id,
                "state": row["state"],
                "offer": quote.offer.offer_id,
                "offer_code": quote.offer.code,
                "supplier": quote.offer.supplier_code,
                "free": quote.request.free,
                "last_day": row["expires_on"],
            }
            if row["request_number"] is not None:
                submissions.append({"book_id": self.book_id, "coupon_id": coupon_id})
        await outbox.append(connection, self.book_id, SUBMIT_TOPIC, submissions)

    def _row(self, item: Item) -> dict[str, JSON]:
        quote = _quote_of(item)
        offer, request = quote.offer, quote.request
        assert offer is not None, "an accepted redemption has an offer"
        expires_on = last_day(programme_day(item.answer.occurred_at, self.time_zone), offer.use_within_days)
        is_direct = offer.fulfilment == "direct"
        return {
            "code": new_code(self.book_id),
            "request_key": request.key,
            "request_number": new_request_number(self.book_id) if is_direct else None,
            "state": str(CouponState.HELD if is_direct else CouponState.ACTIVE),
            "member": request.member,
            "account": request.account or request.member,
            "offer_id": offer.offer_id,
            "offer_code": offer.code,
            "offer_version": offer.version,
            "supplier_id": offer.supplier_id,
            "fulfilment": offer.fulfilment,
            "points": quote.points,
            "free": request.free,
            "face_value_minor": offer.face_value_minor,
            "currency": offer.currency,
            "redeemed_at": item.answer.occurred_at,
            "expires_on": expires_on.isoformat() if expires_on is not None else None,
        }


_CREATE = text(
    f"""
    WITH wanted AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS t(
            code text, request_key text, request_number text, state text, member text, account text, offer_id bigint, offer_code text,
            offer_version integer, supplier_id integer, fulfilment text, points bigint, free boolean, face_value_minor bigint,
            currency text, redeemed_at timestamptz, expires_on date
        )
    ), created AS (
        INSERT INTO exchange.coupon (
            book_id, code, request_key, state, member, account, offer_id, offer_code, offer_version, supplier_id, home_party_id,
            fulfilment, points, free, face_value_minor, currency, redeemed_at, expires_on
        )
        SELECT :book_id, code, request_key, state, member, account, offer_id, offer_code, offer_version, supplier_id, :home_party_id,
            fulfilment, points, free, face_value_minor, currency, redeemed_at, expires_on
        FROM wanted
        RETURNING coupon_id, request_key, state, supplier_id, points, redeemed_at
    ), ordered AS (
        INSERT INTO exchange.fulfilment_order (book_id, coupon_id, request_number, supplier_id, state, deadline_at)
        SELECT :book_id, coupon_id, request_number, created.supplier_id, 'CREATED', now() + make_interval(secs => :deadline_seconds)
        FROM created JOIN wanted USING (request_key) WHERE request_number IS NOT NULL
    ), steps AS (
        INSERT INTO exchange.receipt_step (book_id, coupon_id, step, detail, occurred_at)
        SELECT :book_id, coupon_id, step, detail, redeemed_at FROM (
            SELECT coupon_id, '{Step.REDEEMED}' AS step, json_build_object('points', points) AS detail, redeemed_at, 1 AS place FROM created
            UNION ALL
            SELECT coupon_id, '{Step.DELIVERED}', NULL, redeemed_at, 2 FROM created WHERE state = 'ACTIVE'
            ORDER BY coupon_id, place
        ) AS all_steps
    )
    SELECT coupon_id, request_key FROM created
    """
).bindparams(bindparam("rows", type_=TEXT()))


def _quote_of(item: Item) -> Quote:
    assert isinstance(item.payload, Quote)
    return item.payload


def _shortage(held: dict[int, Allotment], quote: Quote, claimed: Counter[int]) -> Refusal | None:
    assert quote.offer is not None, "a quote without refusal has an offer"
    offer_id = quote.offer.offer_id
    allotment = held.get(offer_id)
    if allotment is None or not allotment.open_at(quote.at) or claimed[offer_id] >= allotment.remaining:
        return shortage(allotment, offer_id, quote.at)
    claimed[offer_id] += 1
    return None


async def _take_stock(connection: AsyncConnection, book_id: int, quotes: Iterable[Quote]) -> None:
    """Take one piece for each quote; the transaction is run again if another lane was faster.

    All windows are tried at the latest instant at once. An allotment whose window ended before that (a batch may span months of history) is
    taken at the latest instant of its own requests, which `before` found inside the window.
    """
    latest: dict[int, datetime] = {}
    demands: Counter[int] = Counter()
    for quote in quotes:
        assert quote.offer is not None
        offer_id = quote.offer.offer_id
        demands[offer_id] += 1
        latest[offer_id] = max(latest.get(offer_id, quote.at), quote.at)
    granted = await take(connection, book_id, demands, max(latest.values()))
    for offer_id in sorted(demands):
        missing = demands[offer_id] - granted[offer_id]
        if missing and (await take(connection, book_id, {offer_id: missing}, latest[offer_id]))[offer_id] < missing:
            raise asyncpg.SerializationError("another lane took the last of an allotment")
