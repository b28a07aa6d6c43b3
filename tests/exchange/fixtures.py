"""A small exchange for the tests, in a database of its own.

`open_world` makes it: the brand `market` with a programme in New York and four lanes, the supplier
`cinema` with a real HTTP server, the supplier `hotel` beside it, and two offers of the cinema with
stock: `ticket`, which the supplier delivers, and `popcorn`, which has the exchange's own codes.

A test acts through `World`: it gives points, redeems, lets the worker run (`submit`, `query`,
`drain`), has the supplier call back, uses coupons, and looks at what came of it. Time is
`World.now`. The test moves it, and a round of the worker by as long as it takes.
"""

import base64
import itertools
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, SupplierNetworks, create_category, create_party, set_endpoint
from catalog.offers import Offer, OfferTerms, publish_offer
from catalog.offers.terms import Fulfilment as Kind
from catalog.parties import Role
from catalog.procurement import load_allotments
from catalog.procurement.allotments import grant_allotment
from exchange.coupons import Coupon, find_coupon, load_receipt
from exchange.fulfil import Fulfilment, Vault, open_supplier_client, receive_callback
from exchange.fulfil.verdict import DeliveryPolicy
from exchange.redeem import RightRequest, redeem_rights
from exchange.use import UseAnswer, UseRequest, Verb, answer_uses
from ledger import Database, Ledger
from ledger.asks import Answer, Issue
from ledger.book import Programme, create_programme
from ledger.book.programme import LANES_DEFAULT
from ledger.read import balances, totals
from tests.exchange.supplier_server import SupplierServer, running_supplier

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests, 32 bytes.").decode()
LOOPBACK = SupplierNetworks.read("127.0.0.0/8")
STOCK = 1_000
PRICE = 20
START = datetime(2017, 1, 1, tzinfo=UTC)
POLICY = DeliveryPolicy(
    request_timeout_seconds=2.0,  # a busy machine stands still for half a second
    lease_seconds=5,
    retry_seconds_min=5,
    retry_seconds_max=600,
    submissions_max=2,
)


@dataclass
class World:
    """Everything a test of the exchange acts on."""

    database: Database
    ledger: Ledger
    programme: Programme
    brand: Party
    supplier: Party
    rival: Party
    """Another supplier, with coupons of its own."""
    direct: Offer
    own: Offer
    vault: Vault
    fulfilment: Fulfilment
    server: SupplierServer
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    keys: "itertools.count[int]" = field(default_factory=itertools.count)

    def key(self, name: str = "key") -> str:
        return f"{name}-{next(self.keys)}"

    async def open_book(
        self, code: str, time_zone: str = "UTC", lanes: int = LANES_DEFAULT
    ) -> Programme:
        """A second programme of the same brand, with stock of both offers."""
        async with self.database.transaction() as connection:
            opened = await create_programme(
                connection,
                code=code,
                party_id=self.brand.party_id,
                name=code.title(),
                time_zone=time_zone,
                lanes=lanes,
            )
            for offer in (self.direct, self.own):
                await grant_allotment(
                    connection,
                    opened.book_id,
                    self.brand,
                    offer.offer_id,
                    quantity=STOCK,
                    window_from=START,
                )
        return opened

    async def publish(self, code: str, fulfilment: Kind = "own_code", **terms: Any) -> Offer:
        """Another offer, with stock."""
        async with self.database.transaction() as connection:
            return await _stocked(
                connection,
                self.programme,
                self.brand,
                self.supplier,
                code=code,
                fulfilment=fulfilment,
                **terms,
            )

    async def issue(self, member: str, points: int) -> None:
        await self.ledger.submit(
            self.programme,
            [Issue(key=self.key("issue"), member=member, points=points, occurred_at=self.now)],
        )

    def request(self, member: str, offer: Offer | None = None, **changes: Any) -> RightRequest:
        terms: dict[str, Any] = {
            "key": self.key("right"),
            "member": member,
            "offer_id": (offer or self.direct).offer_id,
        }
        if offer is None or offer.fulfilment == "direct":
            terms["account"] = f"{member}@cinema"
        return RightRequest(**(terms | changes))

    async def redeem(self, *requests: RightRequest) -> list[Answer]:
        accounts = await self.fulfilment.data_keys.accounts()
        return await redeem_rights(
            self.ledger, self.programme, self.brand, requests, self.now, accounts=accounts
        )

    async def redeem_one(self, member: str, offer: Offer | None = None, **changes: Any) -> int:
        """The coupon of a right that must succeed."""
        (answer,) = await self.redeem(self.request(member, offer, **changes))
        assert answer.accepted, answer.refusal
        assert answer.detail is not None
        return int(answer.detail["coupon"])

    async def coupon(self, coupon_id: int) -> Coupon:
        async with self.database.transaction() as connection:
            return await find_coupon(connection, self.programme.book_id, coupon_id)

    async def steps(self, coupon_id: int) -> list[str]:
        async with self.database.transaction() as connection:
            return [
                str(each.step)
                for each in await load_receipt(connection, self.programme.book_id, coupon_id)
            ]

    async def number_of(self, coupon_id: int) -> str:
        return str(
            await self.scalar(
                "SELECT request_number FROM exchange.fulfilment_order WHERE coupon_id = :id",
                id=coupon_id,
            )
        )

    async def scalar(self, statement: str, **parameters: Any) -> Any:
        async with self.database.transaction() as connection:
            return (await connection.execute(text(statement), parameters)).scalar_one()

    async def spendable(self, member: str) -> tuple[int, int]:
        """Spendable and held points."""
        async with self.database.transaction() as connection:
            (balance,) = await balances(connection, self.programme, [member], self.now)
        return balance.spendable, balance.held

    async def stock(self, offer: Offer | None = None) -> int:
        offer_id = (offer or self.direct).offer_id
        async with self.database.transaction() as connection:
            return (await load_allotments(connection, self.programme.book_id, [offer_id]))[
                offer_id
            ].remaining

    async def totals(self) -> Any:
        async with self.database.transaction() as connection:
            return await totals(connection, self.programme)

    async def callback(self, coupon_id: int, status: str, **changes: Any) -> dict[str, Any]:
        headers, body = self.server.callback(
            await self.number_of(coupon_id), status, at=self.now, **changes
        )
        return await receive_callback(
            self.ledger, self.vault, self.supplier.code, headers, body, now=self.now
        )

    async def submit(self) -> int:
        with self._time_goes_on():
            return await self.fulfilment.submit_orders(self.now)

    async def query(self) -> int:
        with self._time_goes_on():
            return await self.fulfilment.query_orders(self.now)

    @contextmanager
    def _time_goes_on(self) -> Iterator[None]:
        """A round's answers have instants of their own. What follows is later."""
        began = time.monotonic()
        yield
        self.now += timedelta(seconds=time.monotonic() - began)

    async def drain(self, rounds: int = 8, step_seconds: float = 30) -> None:
        """Let the worker run while time passes."""
        for _ in range(rounds):
            await self.release_outbox()
            while await self.submit():
                pass
            self.now += timedelta(seconds=step_seconds)
            while await self.query():
                pass

    async def release_outbox(self) -> None:
        """The outbox waits by the database's clock; the tests' clock runs ahead of it."""
        async with self.database.transaction() as connection:
            await connection.execute(
                text("UPDATE ledger.outbox SET available_at = now() WHERE available_at <= :now"),
                {"now": self.now},
            )

    async def use(self, code: str, supplier: Party | None = None, **changes: Any) -> UseAnswer:
        return (await self.use_all([self.use_request(code, **changes)], supplier))[0]

    async def use_all(
        self, uses: Sequence[UseRequest], supplier: Party | None = None
    ) -> list[UseAnswer]:
        answers = await answer_uses(
            self.database, supplier or self.supplier, uses, "use", now=self.now
        )
        return [answers[place] for place in range(len(uses))]

    async def reverse(self, code: str, **changes: Any) -> UseAnswer:
        reversals = [self.use_request(code, **changes)]
        made = await answer_uses(
            self.database, self.supplier, reversals, "reverse-use", now=self.now
        )
        return made[0]

    async def at_the_till(self, verb: Verb, code: str | None, **changes: Any) -> UseAnswer:
        """A lock, the end of one, a use or a reversal, as a till asks for it."""
        asked = [self.use_request(code, **changes)]
        signatures = await self.fulfilment.data_keys.signatures()
        made = await answer_uses(
            self.database, self.supplier, asked, verb, now=self.now, signatures=signatures
        )
        return made[0]

    def use_request(self, code: str | None, **changes: Any) -> UseRequest:
        terms: dict[str, Any] = {"key": self.key("use"), "code": code}
        return UseRequest(**(terms | changes))


async def held(world: World, points: int = 100) -> int:
    """The coupon of a right that ann has redeemed and the supplier must deliver."""
    await world.issue("ann", points)
    return await world.redeem_one("ann", account="ann@cinema")


async def active(world: World, **changes: object) -> tuple[int, str]:
    """A coupon of an own code that ann may use at once, and its code."""
    coupon_id = await world.redeem_one("ann", world.own, free=True, **changes)
    return coupon_id, (await world.coupon(coupon_id)).code


STOCKED: tuple[tuple[str, Kind], ...] = (("ticket", "direct"), ("popcorn", "own_code"))


async def _stocked(
    connection: AsyncConnection,
    programme: Programme,
    brand: Party,
    supplier: Party,
    *,
    code: str,
    fulfilment: Kind,
    **changes: Any,
) -> Offer:
    """A new offer of the supplier, with stock for the brand."""
    terms: dict[str, Any] = {
        "name": code.title(),
        "face_value_minor": 100,
        "currency": "USD",
        "points": PRICE,
        "fulfilment": fulfilment,
        "valid_from": START,
        "use_within_days": 30,
    }
    offer = await publish_offer(connection, supplier, code, OfferTerms(**(terms | changes)))
    await grant_allotment(
        connection,
        programme.book_id,
        brand,
        offer.offer_id,
        quantity=STOCK,
        window_from=START,
    )
    return offer


@asynccontextmanager
async def open_world(database: Database) -> AsyncIterator[World]:
    """The exchange, with its supplier's server running."""
    vault = Vault(b"k" * 32)
    async with (
        running_supplier(SECRET) as server,
        open_supplier_client(LOOPBACK) as client,
    ):
        ledger = Ledger(database)
        async with database.transaction() as connection:
            for path in ("grocery", "dining", "travel"):
                await create_category(connection, path)
            parties: tuple[tuple[str, Role, str], ...] = (
                ("market", "brand", "grocery"),
                ("cinema", "supplier", "dining"),
                ("hotel", "supplier", "travel"),
            )
            brand, supplier, rival = [
                await create_party(
                    connection, code=code, name=code.title(), roles=[role], category=category
                )
                for code, role, category in parties
            ]
            encrypted = vault.encrypt(SECRET, party_id=supplier.party_id)
            await set_endpoint(
                connection,
                supplier.party_id,
                url=server.url,
                encrypted_secret=encrypted,
                networks=LOOPBACK,
            )
            programme = await create_programme(
                connection,
                code="market",
                party_id=brand.party_id,
                name="Market",
                time_zone="America/New_York",
                lanes=4,
            )
            offers = [
                await _stocked(connection, programme, brand, supplier, code=code, fulfilment=kind)
                for code, kind in STOCKED
            ]
        fulfilment = Fulfilment(ledger, client, vault, "http://comity.test", POLICY)
        yield World(
            database,
            ledger,
            programme,
            brand,
            supplier,
            rival,
            offers[0],
            offers[1],
            vault,
            fulfilment,
            server,
        )
