"""What `verify` asks of the card codes in a book: against its coupons, and against the pool.

Each check is one statement of the form that `ledger.audit` runs.
"""

from exchange.coupons.lifecycle import CouponState
from exchange.coupons.receipt import Step

_WITHOUT = f"'{CouponState.RETURNED}', '{CouponState.DEACTIVATED}'"

CODE_CHECKS: dict[str, str] = {
    "every card code right has a code of its offer, and every given code its right": f"""
        SELECT coalesce('coupon ' || coupon_id, 'code ' || code_no) FROM (
            SELECT coupon_id, offer_id, state FROM exchange.coupon
            WHERE book_id = :book_id AND fulfilment = 'card_code'
        ) AS sold
        FULL JOIN (
            SELECT coupon_id, offer_id, code_no FROM exchange.card_code
            WHERE book_id = :book_id AND coupon_id IS NOT NULL
        ) AS given USING (coupon_id)
        WHERE CASE
            WHEN sold.offer_id IS NULL THEN true
            WHEN given.offer_id IS NULL THEN state NOT IN ({_WITHOUT})
            ELSE given.offer_id <> sold.offer_id OR state = '{CouponState.RETURNED}' END
    """,
    "a code that was shown is told of, and its right is used if that counts": f"""
        SELECT 'coupon ' || coupon_id FROM (
            SELECT k.coupon_id, k.revealed_at IS NOT NULL AS is_shown, k.counts_as_used, c.uses
            FROM exchange.card_code AS k JOIN exchange.coupon AS c USING (book_id, coupon_id)
            WHERE book_id = :book_id
        ) AS given
        FULL JOIN (
            SELECT coupon_id, count(*) AS steps FROM exchange.receipt_step
            WHERE book_id = :book_id AND step = '{Step.REVEALED}' GROUP BY coupon_id
        ) AS told USING (coupon_id)
        WHERE coalesce(is_shown, false) <> (coalesce(steps, 0) = 1)
            OR is_shown AND counts_as_used = 'delivery' AND uses = 0
    """,
    "every code of a book left the pool for it, and is in no other": """
        SELECT 'offer ' || offer_id || ', code ' || encode(digest, 'hex') FROM (
            SELECT offer_id, digest, code_no FROM exchange.card_code WHERE book_id = :book_id
        ) AS here
        FULL JOIN (
            SELECT offer_id, digest, code_id FROM catalog.card_code
            WHERE moved_to_book = :book_id
        ) AS pool USING (offer_id, digest)
        WHERE code_no IS NULL OR code_id IS NULL
    """,
}
