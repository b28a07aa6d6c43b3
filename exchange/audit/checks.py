"""What `verify` asks of the rights in a book.

Each check is one statement of the form that `ledger.audit` runs. It compares the coupons with what
stands below them: the ledger's operations and messages, and the catalogue's allotments. Only checks
read the tables of another package, because they compare what two packages have stored.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.audit.code_checks import CODE_CHECKS
from exchange.cases import CaseKind, Decision
from exchange.coupons.lifecycle import (
    FINAL_ORDER_STATES,
    SUBMIT_TOPIC,
    CouponState,
    OrderState,
)
from exchange.coupons.receipt import Step
from exchange.redeem.request import RIGHT
from exchange.resolve.goodwill import GOODWILL_SUFFIX
from ledger.asks import OperationKind
from ledger.audit import Defect, Progress, check_book
from ledger.book import Programme

REDEEM = int(OperationKind.REDEEM)
HOLD = int(OperationKind.HOLD)
CAPTURE = int(OperationKind.CAPTURE)
RELEASE = int(OperationKind.RELEASE)
REVERSE = int(OperationKind.REVERSE)

CLAIM_ACCEPTED = (
    f"step = '{Step.DECIDED}' AND detail ->> 'decision' = '{Decision.ACCEPT_SUPPLIER}'"
    f" AND detail ->> 'kind' = '{CaseKind.LATE_SUCCESS}'"
)
"""The step of a receipt that stands for a use on the bill: a late delivery is paid for."""

_FINAL = ", ".join(f"'{state}'" for state in sorted(FINAL_ORDER_STATES))

# A member who is given a right for free may have no wallet yet. The operation then names nobody.
CHECKS: dict[str, str] = {
    "every right is paid for by its member, and every payment is for its right": f"""
        SELECT coalesce('coupon ' || coupon_id, 'operation ' || place) FROM (
            SELECT coupon_id, request_key AS key, member, points, redeemed_at,
                CASE fulfilment WHEN 'direct' THEN {HOLD} ELSE {REDEEM} END AS kind
            FROM exchange.coupon WHERE book_id = :book_id
        ) AS sold
        FULL JOIN (
            SELECT o.key, o.kind, o.points, o.occurred_at, o.detail ->> 'coupon' AS coupon,
                account.member, o.lane || '-' || o.seq AS place
            FROM ledger.operation o LEFT JOIN ledger.account USING (book_id, account_id)
            WHERE book_id = :book_id AND o.owner = '{RIGHT}' AND o.refusal IS NULL
                AND o.kind IN ({HOLD}, {REDEEM})
        ) AS paid USING (key)
        WHERE (CAST(coupon_id AS text), sold.member, sold.points, sold.redeemed_at, sold.kind)
            IS DISTINCT FROM (
                coupon, coalesce(paid.member, sold.member), paid.points, paid.occurred_at, paid.kind
            )
            OR paid.member IS NULL AND sold.points > 0
    """,
    "every right that a supplier delivers has its order, and no other has one": """
        SELECT 'coupon ' || coupon_id FROM (
            SELECT coupon_id, supplier_id FROM exchange.coupon
            WHERE book_id = :book_id AND fulfilment = 'direct'
        ) AS sold
        FULL JOIN (
            SELECT coupon_id, supplier_id FROM exchange.fulfilment_order WHERE book_id = :book_id
        ) AS ordered USING (coupon_id)
        WHERE sold.supplier_id IS DISTINCT FROM ordered.supplier_id
    """,
    "a coupon is held while its order is open, and returned if it failed or was given back": f"""
        SELECT 'coupon ' || coupon_id
        FROM exchange.coupon c LEFT JOIN exchange.fulfilment_order o USING (book_id, coupon_id)
        WHERE book_id = :book_id
            AND (c.state = '{CouponState.HELD}', c.state = '{CouponState.RETURNED}') <> (
                coalesce(o.state NOT IN ({_FINAL}), false),
                coalesce(o.state = '{OrderState.FAILED}', false) OR EXISTS (
                    SELECT FROM exchange.receipt_step s
                    WHERE s.book_id = :book_id AND s.coupon_id = c.coupon_id
                        AND s.step = '{Step.GIVEN_BACK}'
                )
            )
    """,
    "the points of a right are back if it was given back or withdrawn so, and else not": f"""
        SELECT coalesce('coupon ' || coupon_id, 'operation ' || place) FROM (
            SELECT coupon_id, c.points
            FROM exchange.coupon c JOIN exchange.receipt_step s USING (book_id, coupon_id)
            WHERE book_id = :book_id
                AND s.step IN ('{Step.GIVEN_BACK}', '{Step.DEACTIVATED}')
                AND CAST(s.detail ->> 'points_back' AS bigint) > 0
        ) AS ended
        FULL JOIN (
            SELECT CAST(o.detail ->> 'coupon' AS bigint) AS coupon_id, o.points,
                o.lane || '-' || o.seq AS place
            FROM ledger.operation o
            WHERE o.book_id = :book_id AND o.owner = '{RIGHT}' AND o.refusal IS NULL
                AND o.kind = {REVERSE}
                AND o.key IS DISTINCT FROM o.reference || '{GOODWILL_SUFFIX}'
        ) AS reversed USING (coupon_id)
        WHERE ended.points IS DISTINCT FROM reversed.points
    """,
    "a hold is captured if its order succeeded, released if it failed, and open until then": f"""
        SELECT coalesce('coupon ' || coupon_id, 'operation ' || place) FROM (
            SELECT coupon_id, request_number, c.points, c.member, CASE o.state
                WHEN '{OrderState.SUCCESS}' THEN {CAPTURE} WHEN '{OrderState.FAILED}' THEN {RELEASE}
                END AS kind
            FROM exchange.coupon c JOIN exchange.fulfilment_order o USING (book_id, coupon_id)
            WHERE book_id = :book_id AND c.points > 0
        ) AS ordered
        FULL JOIN (
            SELECT o.reference AS request_number, o.kind, o.points, account.member,
                o.lane || '-' || o.seq AS place
            FROM ledger.operation o LEFT JOIN ledger.account USING (book_id, account_id)
            WHERE book_id = :book_id AND o.owner = '{RIGHT}' AND o.refusal IS NULL
                AND o.kind IN ({CAPTURE}, {RELEASE})
        ) AS ended USING (request_number)
        WHERE coupon_id IS NULL OR ordered.kind IS DISTINCT FROM ended.kind
            OR ended.points <> ordered.points OR ended.member <> ordered.member
    """,
    "an order that is to be sent has its message in the outbox": f"""
        SELECT 'coupon ' || coupon_id FROM (
            SELECT coupon_id FROM exchange.fulfilment_order
            WHERE book_id = :book_id AND state = '{OrderState.CREATED}'
        ) AS waiting
        LEFT JOIN (
            SELECT DISTINCT payload ->> 'coupon_id' AS coupon FROM ledger.outbox
            WHERE book_id = :book_id AND topic = '{SUBMIT_TOPIC}'
        ) AS message ON coupon = CAST(coupon_id AS text)
        WHERE coupon IS NULL
    """,
    "a receipt tells how the delivery ended, and each use and reversal": f"""
        SELECT 'coupon ' || coupon_id
        FROM (SELECT * FROM exchange.coupon WHERE book_id = :book_id) AS c
        FULL JOIN (
            SELECT coupon_id,
                count(*) FILTER (WHERE step = '{Step.REDEEMED}') AS redeemed,
                count(*) FILTER (WHERE step = '{Step.DELIVERED}') AS delivered,
                count(*) FILTER (WHERE step = '{Step.RETURNED}') AS returned,
                count(*) FILTER (WHERE step = '{Step.GIVEN_BACK}') AS given_back,
                count(*) FILTER (WHERE step = '{Step.DEACTIVATED}') AS deactivated,
                count(*) FILTER (WHERE step = '{Step.USED}') AS used,
                count(*) FILTER (WHERE step = '{Step.USE_REVERSED}') AS reversed,
                count(*) FILTER (WHERE {CLAIM_ACCEPTED}) AS claimed
            FROM exchange.receipt_step WHERE book_id = :book_id GROUP BY coupon_id
        ) AS told USING (coupon_id)
        WHERE (redeemed, delivered, returned + given_back, deactivated, used, used - reversed)
            IS DISTINCT FROM (
                1,
                CASE WHEN state = '{CouponState.HELD}' OR returned > 0 THEN 0 ELSE 1 END,
                CASE state WHEN '{CouponState.RETURNED}' THEN 1 ELSE 0 END,
                CASE state WHEN '{CouponState.DEACTIVATED}' THEN 1 ELSE 0 END,
                uses - claimed,
                CASE state WHEN '{CouponState.USED}' THEN 1 ELSE 0 END
            )
    """,
    "a coupon went from hand to hand without a gap, to the one who has it": """
        SELECT 'coupon ' || coupon_id FROM (
            SELECT coupon_id, member, coalesce(holder, member) AS last, hops
            FROM exchange.coupon WHERE book_id = :book_id AND hops > 0
        ) AS given
        FULL JOIN (
            SELECT coupon_id, max(hop) AS hops, count(*) AS hands,
                min(from_member) FILTER (WHERE hop = 1) AS member,
                min(to_member) FILTER (WHERE is_last) AS last,
                bool_and(hop = 1 OR from_member = before) AS is_whole
            FROM (
                SELECT coupon_id, hop, from_member, to_member,
                    lag(to_member) OVER hands AS before,
                    lead(hop) OVER hands IS NULL AS is_last
                FROM exchange.custody WHERE book_id = :book_id
                WINDOW hands AS (PARTITION BY coupon_id ORDER BY hop)
            ) AS hand
            GROUP BY coupon_id
        ) AS kept USING (coupon_id)
        WHERE (given.member, given.last, given.hops, given.hops, true)
            IS DISTINCT FROM (kept.member, kept.last, kept.hops, kept.hands, kept.is_whole)
    """,
    "a receipt tells of each gift: offered, taken back or taken": f"""
        SELECT 'coupon ' || coupon_id FROM (
            SELECT coupon_id, state, hops FROM exchange.coupon WHERE book_id = :book_id
        ) AS c
        LEFT JOIN (
            SELECT coupon_id,
                count(*) FILTER (WHERE step = '{Step.GIVEN}') AS given,
                count(*) FILTER (WHERE step = '{Step.GIFT_WITHDRAWN}') AS withdrawn,
                count(*) FILTER (WHERE step = '{Step.RECEIVED}') AS received
            FROM exchange.receipt_step WHERE book_id = :book_id GROUP BY coupon_id
        ) AS told USING (coupon_id)
        WHERE coalesce(received, 0) <> hops
            OR coalesce(given, 0) < coalesce(withdrawn, 0) + hops
                + CASE state WHEN '{CouponState.GIFTING}' THEN 1 ELSE 0 END
    """,
    "a day counts as many gifts as members offered on it": f"""
        SELECT 'gifts of ' || day FROM (
            SELECT CAST(occurred_at AT TIME ZONE time_zone AS date) AS day, count(*) AS given
            FROM exchange.receipt_step JOIN ledger.book USING (book_id)
            WHERE book_id = :book_id AND step = '{Step.GIVEN}'
            GROUP BY 1
        ) AS told
        FULL JOIN (
            SELECT day, sum(given) AS given FROM exchange.gift_count
            WHERE book_id = :book_id GROUP BY day
        ) AS counted USING (day)
        WHERE told.given IS DISTINCT FROM counted.given
    """,
    "a member who is counted as new took that gift": """
        SELECT 'member ' || n.member
        FROM (SELECT * FROM exchange.new_member WHERE book_id = :book_id) AS n
        LEFT JOIN (SELECT * FROM exchange.custody WHERE book_id = :book_id) AS c
            USING (coupon_id, hop)
        WHERE c.to_member IS DISTINCT FROM n.member
    """,
    "a user who is counted as new to a supplier has used that coupon": f"""
        SELECT 'coupon ' || n.coupon_id
        FROM (SELECT * FROM exchange.new_user WHERE book_id = :book_id) AS n
        LEFT JOIN (SELECT * FROM exchange.coupon WHERE book_id = :book_id) AS c USING (coupon_id)
        WHERE (c.state, c.uses, c.used_by_new, c.supplier_id)
            IS DISTINCT FROM ('{CouponState.USED}', n.use, true, n.supplier_id)
    """,
    "a right that its delivery uses was used when it was delivered, as its offer says": f"""
        SELECT 'coupon ' || coupon_id
        FROM exchange.coupon c
        JOIN catalog.offer_version v ON v.offer_id = c.offer_id AND v.version = c.offer_version
        LEFT JOIN exchange.fulfilment_order o USING (book_id, coupon_id)
        WHERE book_id = :book_id AND c.fulfilment = 'direct' AND (
            v.counts_as_used = 'delivery' AND c.counts_as_used <> 'delivery'
                AND o.promised_at IS NOT NULL
            OR v.counts_as_used <> c.counts_as_used AND c.counts_as_used = 'delivery'
            OR c.counts_as_used = 'delivery' AND o.state = '{OrderState.SUCCESS}' AND c.uses = 0
        )
    """,
    "a receipt tells each case and each decision": f"""
        SELECT 'coupon ' || coupon_id FROM (
            SELECT coupon_id, count(*) AS opened,
                count(*) FILTER (WHERE state = 'RESOLVED') AS decided
            FROM exchange.coupon_case WHERE book_id = :book_id AND coupon_id IS NOT NULL
            GROUP BY coupon_id
        ) AS cases
        FULL JOIN (
            SELECT coupon_id, count(*) FILTER (WHERE step = '{Step.DISPUTED}') AS opened,
                count(*) FILTER (WHERE step = '{Step.DECIDED}') AS decided
            FROM exchange.receipt_step
            WHERE book_id = :book_id AND step IN ('{Step.DISPUTED}', '{Step.DECIDED}')
            GROUP BY coupon_id
        ) AS told USING (coupon_id)
        WHERE (cases.opened, cases.decided) IS DISTINCT FROM (told.opened, told.decided)
    """,
    "points go back as goodwill where a person decided so, and nowhere else": f"""
        SELECT coalesce('case ' || case_number, 'operation ' || place) FROM (
            SELECT case_number, points FROM exchange.coupon_case
            WHERE book_id = :book_id AND points > 0
                AND decision = '{Decision.RETURN_POINTS_GOODWILL}'
        ) AS decided
        FULL JOIN (
            SELECT reference AS case_number, points, lane || '-' || seq AS place
            FROM ledger.operation
            WHERE book_id = :book_id AND owner = '{RIGHT}' AND refusal IS NULL
                AND kind = {REVERSE} AND key = reference || '{GOODWILL_SUFFIX}'
        ) AS given USING (case_number)
        WHERE decided.points IS DISTINCT FROM given.points
    """,
    "a use that a till made in vain has its case, and no other has one": f"""
        SELECT coalesce('case ' || case_number, 'use ' || subject) FROM (
            SELECT subject, coupon_id, case_number FROM exchange.coupon_case
            WHERE book_id = :book_id AND kind = '{CaseKind.OFFLINE_CONFLICT}'
        ) AS opened
        FULL JOIN (
            SELECT 'lease:' || lease_id || '.' || number AS subject,
                CAST(answer ->> 'coupon' AS bigint) AS coupon_id
            FROM exchange.lease_use
            WHERE state = 'CONFLICT' AND coupon_sha256 = sha256(
                convert_to(CAST(:book_id AS integer) || '.' || (answer ->> 'coupon'), 'UTF8')
            )
        ) AS taken USING (subject)
        WHERE opened.coupon_id IS DISTINCT FROM taken.coupon_id
    """,
    "a batch has lost as many as there are coupons of it that were not returned": f"""
        SELECT 'offer ' || offer_id || ', batch ' || allotment_no FROM (
            SELECT offer_id, allotment_no, count(*) AS taken FROM exchange.coupon
            WHERE book_id = :book_id AND state <> '{CouponState.RETURNED}'
            GROUP BY offer_id, allotment_no
        ) AS sold
        FULL JOIN (
            SELECT offer_id, allotment_no, granted - remaining - returned AS taken
            FROM catalog.allotment WHERE book_id = :book_id
        ) AS allotted USING (offer_id, allotment_no)
        WHERE allotted.taken IS DISTINCT FROM coalesce(sold.taken, 0)
    """,
    "a coupon belongs to the swap of its batch": """
        SELECT 'coupon ' || coupon_id
        FROM exchange.coupon c LEFT JOIN catalog.allotment a USING (book_id, offer_id, allotment_no)
        WHERE book_id = :book_id AND c.swap_id IS DISTINCT FROM a.swap_id
    """,
    "a day counts as many as there are coupons of it that were not returned": f"""
        SELECT 'offer ' || offer_id || ', ' || day FROM (
            SELECT offer_id, CAST(redeemed_at AT TIME ZONE time_zone AS date) AS day,
                count(*) AS taken
            FROM exchange.coupon JOIN ledger.book USING (book_id)
            WHERE book_id = :book_id AND state <> '{CouponState.RETURNED}'
            GROUP BY 1, 2
        ) AS sold
        FULL JOIN (
            SELECT offer_id, day, taken FROM exchange.limit_count WHERE book_id = :book_id
        ) AS counted USING (offer_id, day)
        WHERE coalesce(counted.taken, 0) <> coalesce(sold.taken, 0)
    """,
}


async def verify_rights(
    connection: AsyncConnection, programme: Programme, progress: Progress | None = None
) -> list[Defect]:
    """Every defect found in the rights of a book. See `ledger.audit.check_book`."""
    return await check_book(connection, programme, CHECKS | CODE_CHECKS, progress)
