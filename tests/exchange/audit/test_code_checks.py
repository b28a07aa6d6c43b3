"""What is changed between card codes and coupons is found, by the check meant for it."""

from datetime import UTC, datetime, timedelta

from exchange.audit.code_checks import CODE_CHECKS
from tests.exchange.codes.cards import open_cards
from tests.exchange.fixtures import World
from tests.tampering import missed

GIVEN = "every card code right"
SHOWN = "a code that was shown"
MOVED = "every code of a book"

CODE, COUPON = "exchange.card_code", "exchange.coupon"

TAMPERINGS: list[tuple[str, str]] = [
    (GIVEN, f"UPDATE {CODE} SET coupon_id = NULL WHERE revealed_at IS NOT NULL"),
    (GIVEN, f"DELETE FROM {CODE} WHERE coupon_id IS NOT NULL"),
    (GIVEN, f"UPDATE {CODE} SET offer_id = offer_id + 1"),
    (GIVEN, f"UPDATE {COUPON} SET state = 'RETURNED' WHERE state = 'ACTIVE'"),
    (GIVEN, f"UPDATE {COUPON} SET fulfilment = 'own_code'"),
    (SHOWN, f"UPDATE {CODE} SET revealed_at = NULL WHERE revealed_at IS NOT NULL"),
    (SHOWN, f"UPDATE {CODE} SET revealed_at = now() WHERE revealed_at IS NULL"),
    (SHOWN, f"UPDATE {COUPON} SET uses = 0 WHERE state = 'USED'"),
    (SHOWN, "DELETE FROM exchange.receipt_step WHERE step = 'revealed'"),
    (MOVED, f"DELETE FROM {CODE} WHERE coupon_id IS NULL"),
    (MOVED, "UPDATE catalog.card_code SET moved_to_book = NULL WHERE sealed IS NULL"),
    (MOVED, "UPDATE catalog.card_code SET moved_to_book = moved_to_book + 1"),
]


async def test_every_tampering_with_codes_is_found(world: World, database_url: str) -> None:
    cards = await open_cards(world)
    await cards.send(4, expires_on=datetime.now(UTC).date() + timedelta(days=20))
    await cards.reveal(await cards.give())
    await cards.give("bob")
    assert await cards.defects() == []
    assert await missed(database_url, world.programme, CODE_CHECKS, TAMPERINGS) == []


def test_every_check_of_codes_is_tried() -> None:
    tried = {name for name in CODE_CHECKS for check, _ in TAMPERINGS if name.startswith(check)}
    assert tried == set(CODE_CHECKS)
