"""A till tells of the uses that it made without a connection. Each is judged at its own time.

An upload takes three steps, each in transactions of its own:

    1  The lease is locked. What it does not allow is refused, and the others are counted against
       the quota by a conditional UPDATE, and stored as TAKEN under their numbers.
    2  Book by book, the coupons are used as any coupon is (`exchange.use`), under the key of the
       lease and the number. So the second time gets the first answer.
    3  What became of each is stored beside it, once: USED, CONFLICT or REFUSED.

A CONFLICT is a coupon that was true when the till took it, but that somebody else had used, or that
its member had given back or given away. It is no use: it has no number among the uses of its
coupon, and settlement hears of no `coupon.used`, so no brand is billed for it. Instead the outbox
has `coupon.offline_conflict`, with the bearer that the lease names, and a case is opened in which a
person says whether the supplier's claim is right. The uses that are accepted name the lease in
their `coupon.used`.

Races:

- Uploads at once, over the quota: the row of the lease orders them, and the UPDATE counts.
- The same use told twice: it is found by its key; or, under another key, by its coupon and its
  time. Either way the answer is the first one, and the quota counts it once.
- A use without a connection against one at a till that has one: the coupon's row orders them.
  Whoever comes second finds the coupon used.
- A crash between the steps: the upload is sent again. What is TAKEN goes on with step 2.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog import Deed, Party, note
from exchange.coupons.codes import CouponNotFound
from exchange.coupons.lifecycle import CouponNotActive
from exchange.coupons.read import Coupon, load_coupons
from exchange.coupons.signatures import Signatures
from exchange.leases.leases import lock_lease
from exchange.leases.outcomes import Outcome, outcome_of, settle_use
from exchange.leases.terms import Lease, time_of_use
from exchange.leases.told import OfflineUse, Plan, Taken, plan_upload, take_uses
from exchange.use.request import UseRequest
from exchange.use.use import answer_uses
from ledger import JSON, Database, read_clock


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """What became of a use. `document` is the same in every replay."""

    key: str
    document: dict[str, JSON]
    accepted: bool
    replayed: bool = False


async def upload_uses(
    database: Database,
    signatures: Signatures,
    supplier: Party,
    lease_id: int,
    uses: Sequence[OfflineUse],
    *,
    shop: str | None = None,
    deed: Deed | None = None,
    now: datetime | None = None,
) -> list[UploadAnswer]:
    """Take what a till did without a connection. Answers come in order; none fails the rest.

    Refusals of an item: coupon-not-found, idempotency-key-reused, lease-over, lease-not-in-force,
    offer-not-leased, token-expired, lease-quota-used, and those of a use at its own time. Where a
    coupon was taken twice, the answer's `outcome` is `conflict`, and `borne_by` says by whom.

    The time is the database's, unless the caller keeps a time of its own (`now`).

    Raises:
        LeaseNotFound: the supplier, or this shop of it, has no such lease.
        UsesContended: the same coupons were in use elsewhere again and again. Send it again.
    """
    actor = None if deed is None else deed.actor_id
    async with database.transaction(actor=actor) as connection:
        lease = await lock_lease(connection, supplier, lease_id, shop)
        at = now or await read_clock(connection)
        plan = await plan_upload(connection, lease, signatures, uses, at)
        await take_uses(connection, lease, plan, uses)
        if deed is not None and plan.new:
            keys = [uses[place].key for place in plan.new]
            await note(connection, deed, "lease", [lease_id] * len(keys), keys)
    done = await _use(database, supplier, lease, plan.taken, deed, now)
    if done:
        async with database.transaction(actor=actor) as connection:
            for number, outcome in sorted(done.items()):
                await settle_use(connection, lease, number, outcome)
    return [_answer(place, use, plan, done) for place, use in enumerate(uses)]


async def _use(  # noqa: PLR0917 - what `upload_uses` is given
    database: Database,
    supplier: Party,
    lease: Lease,
    taken: Mapping[int, Taken],
    deed: Deed | None,
    now: datetime | None,
) -> dict[int, Outcome]:
    """Use the coupons, each once. By number, what became of each."""
    coupons = await _coupons(database, taken)
    outcomes: dict[int, Outcome] = {}
    asked: dict[int, UseRequest] = {}
    for number, each in taken.items():
        coupon = coupons.get((each.token.book_id, each.token.coupon_id))
        if coupon is None or coupon.supplier_id != supplier.party_id:
            missing = CouponNotFound("there is no such coupon").document()
            outcomes[number] = outcome_of(lease, number, each, None, missing)
        elif not each.token.is_of(coupon.code):
            replaced = CouponNotActive("the coupon has another code since").document()
            outcomes[number] = outcome_of(lease, number, each, coupon, replaced)
        else:
            asked[number] = UseRequest(
                key=f"lease-{lease.lease_id}-{number}",
                code=coupon.code,
                occurred_at=time_of_use(each.token, each.use.occurred_at),
                shop=lease.shop,
                reference=each.use.reference,
                staff=each.use.staff,
                order_minor=each.use.order_minor,
                lease_id=lease.lease_id,
            )
    made = await answer_uses(database, supplier, list(asked.values()), "use", now=now, deed=deed)
    for place, number in enumerate(asked):
        each = taken[number]
        coupon = coupons[each.token.book_id, each.token.coupon_id]
        answer = made[place]
        refusal = None if answer.accepted else answer.document
        outcomes[number] = outcome_of(lease, number, each, coupon, refusal, answer.document)
    return outcomes


async def _coupons(database: Database, taken: Mapping[int, Taken]) -> dict[tuple[int, int], Coupon]:
    """The coupons of what was taken, by book and id. One statement for each book."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for each in taken.values():
        wanted[each.token.book_id].add(each.token.coupon_id)
    found: dict[tuple[int, int], Coupon] = {}
    if wanted:
        async with database.transaction() as connection:
            for book_id, coupon_ids in sorted(wanted.items()):
                coupons = await load_coupons(connection, book_id, sorted(coupon_ids))
                found |= {(book_id, coupon_id): each for coupon_id, each in coupons.items()}
    return found


def _answer(place: int, use: OfflineUse, plan: Plan, done: Mapping[int, Outcome]) -> UploadAnswer:
    refusal = plan.refused.get(place)
    if refusal is not None:
        return UploadAnswer(use.key, refusal.document(), accepted=False)
    number = plan.numbers[place]
    document = plan.stored[number] if number in plan.stored else done[number].document
    return UploadAnswer(use.key, document, accepted=True, replayed=place not in plan.new)
