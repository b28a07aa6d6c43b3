"""A till with a lease: it shows tokens of coupons, and tells of uses that nobody heard of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from catalog.shops import ShopTerms, add_shop
from exchange.coupons.signatures import Signatures
from exchange.coupons.tokens import new_token
from exchange.leases import (
    Lease,
    LeaseTerms,
    OfflineUse,
    UploadAnswer,
    find_lease,
    make_lease,
    upload_uses,
)
from tests.exchange.fixtures import World, active

SHOP = "basement"


@dataclass
class Till:
    """A till of the cinema, and its lease."""

    world: World
    signatures: Signatures
    lease: Lease

    async def token(self, coupon_id: int, shown_at: datetime | None = None) -> str:
        """What the member shows."""
        coupon = await self.world.coupon(coupon_id)
        text, _ = new_token(
            self.signatures,
            shown_at or self.lease.valid_from,
            book_id=coupon.book_id,
            coupon_id=coupon.coupon_id,
            code=coupon.code,
            offer_id=coupon.offer_id,
            offer_version=coupon.offer_version,
            last_day=coupon.last_day,
        )
        return text

    async def taken(self, coupon_id: int, **changes: Any) -> OfflineUse:
        """A use that the till has made of a coupon, a minute after its lease began."""
        facts: dict[str, Any] = {
            "key": self.world.key("offline"),
            "occurred_at": self.lease.valid_from + timedelta(minutes=1),
        }
        facts |= changes
        if "token" not in facts:
            facts["token"] = await self.token(coupon_id)
        return OfflineUse(**facts)

    async def tell(self, *uses: OfflineUse, now: datetime | None = None) -> list[UploadAnswer]:
        return await upload_uses(
            self.world.database,
            self.signatures,
            self.world.supplier,
            self.lease.lease_id,
            uses,
            now=now or self.lease.valid_from + timedelta(hours=1),
        )

    async def used(self) -> int:
        """How many uses are counted against the quota."""
        async with self.world.database.transaction() as connection:
            return (await find_lease(connection, self.world.supplier, self.lease.lease_id)).used


async def till_of(world: World, **changes: Any) -> Till:
    """A till of a shop, with a lease for popcorn."""
    facts: dict[str, Any] = {
        "shop": SHOP,
        "offer_ids": [world.own.offer_id],
        "quota": 3,
        "hours": 8,
    }
    terms = LeaseTerms(**facts | changes)
    async with world.database.transaction() as connection:
        await add_shop(connection, world.supplier, ShopTerms(code=SHOP, name="Basement"))
    async with world.database.transaction() as connection:
        lease = await make_lease(connection, world.supplier, terms)
    return Till(world, await world.fulfilment.data_keys.signatures(), lease)


async def coupons(world: World, count: int) -> list[int]:
    """Coupons of popcorn that can be used."""
    return [(await active(world))[0] for _ in range(count)]
