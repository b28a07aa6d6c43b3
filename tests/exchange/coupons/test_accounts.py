"""Members' accounts at suppliers: stored encrypted, needed, sent, wiped."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from exchange.coupons import encrypt_accounts, forget_accounts, wipe_accounts
from exchange.coupons.accounts import Accounts, AccountUnreadable, masked
from exchange.fulfil.data_keys import ACCOUNT, DataKeys, add_data_key
from exchange.fulfil.rounds import FORGOTTEN
from exchange.fulfil.vault import Vault, VaultBroken
from exchange.redeem import RightRequest
from exchange.redeem.redeem import _redeem
from ledger import Database
from tests.exchange.fixtures import World, held

PLAIN = "13800001234"
DAYS = 90


async def rows_of(world: World) -> list[Any]:
    columns = "account, encrypted_account, masked_account"
    async with world.database.transaction() as connection:
        return list(
            await connection.execute(
                text(f"SELECT {columns} FROM exchange.coupon ORDER BY coupon_id")
            )
        )


def accounts_sent(world: World) -> list[str]:
    return [each["member_account"] for each in world.server.documents]


async def make_plain(world: World) -> None:
    """Have all accounts as a release before has stored them."""
    async with world.database.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE exchange.coupon SET account = :plain, encrypted_account = NULL,"
                " masked_account = NULL"
            ),
            {"plain": PLAIN},
        )


def test_an_account_is_bound_to_its_coupon_and_its_key() -> None:
    accounts = Accounts({1: b"1" * 32, 2: b"2" * 32}, b"m" * 32)
    encrypted = accounts.encrypt(PLAIN, 7, "k")
    assert PLAIN.encode() not in encrypted
    assert accounts.encrypt(PLAIN, 7, "k") != encrypted
    assert accounts.decrypt(encrypted, 7, "k") == PLAIN
    for book_id, key in ((8, "k"), (7, "l")):
        with pytest.raises(AccountUnreadable):
            accounts.decrypt(encrypted, book_id, key)
    before = Accounts({1: b"1" * 32}, b"m" * 32)
    assert accounts.decrypt(before.encrypt(PLAIN, 7, "k"), 7, "k") == PLAIN
    assert not before.knows(encrypted)
    for broken in (encrypted, encrypted[:-1], b"a1:", b""):
        with pytest.raises(AccountUnreadable):
            before.decrypt(broken, 7, "k")
    assert accounts.mark(7, PLAIN) == before.mark(7, PLAIN)
    assert len({accounts.mark(7, PLAIN), accounts.mark(8, PLAIN), accounts.mark(7, "x")}) == 3


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ("13800001234", "13•••34"),
        ("ann.lee.1@cinema.example", "an•••.1@cinema.example"),
        ("abc", "•••"),
        ("x" * 100, "xxxx•••xxxx"),
    ],
)
def test_a_masked_account_shows_a_quarter_at_each_end(account: str, shown: str) -> None:
    assert masked(account) == shown


async def test_an_account_is_stored_encrypted_and_reaches_the_supplier(world: World) -> None:
    await world.issue("ann", 100)
    coupon_id = await world.redeem_one("ann", account=PLAIN)
    own = await world.redeem_one("ann", world.own, account=PLAIN)
    (direct, own_code) = await rows_of(world)
    assert direct.account is None
    assert PLAIN.encode() not in direct.encrypted_account
    assert (await world.coupon(coupon_id)).masked_account == "13•••34"
    assert tuple(own_code) == (None, None, None)
    assert (await world.coupon(own)).masked_account is None
    await world.drain(1)
    assert accounts_sent(world) == [PLAIN]


async def test_a_direct_recharge_without_an_account_is_refused(world: World) -> None:
    await world.issue("ann", 100)
    asked = RightRequest(key="k", member="ann", offer_id=world.direct.offer_id)
    for request in (asked, replace(asked, key="free", free=True)):
        (answer,) = await world.redeem(request)
        assert answer.refusal is not None
        assert answer.refusal["code"] == "account-required"
    assert await rows_of(world) == []
    assert await world.spendable("ann") == (100, 0)


async def test_an_account_that_does_not_fit_the_pattern_of_the_offer_is_refused(
    world: World,
) -> None:
    await world.issue("ann", 100)
    offer = await world.publish("phone", "direct", account_pattern=r"1[3-9]\d{9}")
    for account in ("ann@cinema", f"{PLAIN}5", PLAIN[:-1]):
        for free in (False, True):
            (answer,) = await world.redeem(world.request("ann", offer, account=account, free=free))
            assert answer.refusal is not None
            assert (answer.refusal["code"], answer.refusal["field"]) == (
                *("account-invalid", "account"),
            )
            assert account not in str(answer.refusal)
    assert await rows_of(world) == []
    await world.redeem_one("ann", offer, account=PLAIN)
    assert accounts_sent(world) == []
    await world.drain(1)
    assert accounts_sent(world) == [PLAIN]


async def test_the_fingerprint_does_not_give_the_account_away(world: World) -> None:
    """Else it could be found out by trying all phone numbers, after it was wiped, too."""
    await world.issue("ann", 100)
    request = world.request("ann", account=PLAIN)
    await world.redeem(request)
    stored = await world.scalar(
        "SELECT fingerprint FROM ledger.journal WHERE key = :key", key=request.key
    )
    assert stored != request.fingerprint()


async def test_a_request_of_the_release_before_is_still_a_replay(world: World) -> None:
    await world.issue("ann", 100)
    request = world.request("ann", account=PLAIN)
    accounts = await world.fulfilment.data_keys.accounts()
    # It took the account itself into the fingerprint.
    asked = (world.ledger, world.programme, world.brand, [request], world.now, accounts, None)
    (first,) = await _redeem(*asked)
    (again,) = await world.redeem(request)
    assert again.replayed
    assert again.document() == first.document()
    (other,) = await world.redeem(replace(request, account="other"))
    assert other.refusal is not None
    assert other.refusal["code"] == "idempotency-key-reused"
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == 1


async def test_an_account_is_wiped_some_days_after_its_order_ended(world: World) -> None:
    ended, running = await held(world), await world.redeem_one("ann")
    await world.drain(1)
    async with world.database.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE exchange.fulfilment_order SET state = 'UNKNOWN', finished_at = NULL,"
                " query_at = now() WHERE coupon_id = :id"
            ),
            {"id": running},
        )
    programme, database = world.programme, world.database
    just_before = world.now + timedelta(days=DAYS - 1)
    assert await wipe_accounts(database, programme, DAYS, just_before) == 0
    later = world.now + timedelta(days=DAYS, seconds=1)
    assert await wipe_accounts(database, programme, DAYS, later) == 1
    assert await wipe_accounts(database, programme, DAYS, later) == 0
    assert (await world.coupon(ended)).masked_account is None
    assert (await world.coupon(running)).masked_account is not None
    assert [row.encrypted_account is None for row in await rows_of(world)] == [True, False]


async def test_accounts_of_the_release_before_are_encrypted_or_wiped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In pages: an end in between loses nothing."""
    monkeypatch.setattr("exchange.coupons.wipe.ACCOUNTS_OF_A_PAGE_MAX", 2)
    await world.issue("ann", 200)
    for _ in range(3):
        await world.redeem_one("ann")
    await world.redeem_one("ann", world.own)
    await make_plain(world)
    accounts = await world.fulfilment.data_keys.accounts()
    asked = (world.database, world.programme, accounts, DAYS)
    assert await encrypt_accounts(*asked, world.now) == 4
    assert await encrypt_accounts(*asked, world.now) == 0
    rows = await rows_of(world)
    assert [row.account for row in rows] == [None] * 4
    assert [row.encrypted_account is None for row in rows] == [False] * 3 + [True]
    await world.drain(1)
    assert accounts_sent(world) == [PLAIN] * 3


async def test_an_order_of_the_release_before_is_sent_before_the_first_round(world: World) -> None:
    await held(world)
    await make_plain(world)
    await world.drain(1)
    assert accounts_sent(world) == [PLAIN]


async def test_the_points_of_a_forgotten_member_return_if_nothing_was_sent(world: World) -> None:
    coupon_id = await held(world)
    async with world.database.transaction() as connection:
        gone = await forget_accounts(connection, world.programme.book_id, ["ann", "nobody"])
    assert gone == 1
    assert [tuple(row) for row in await rows_of(world)] == [(None, None, None)]
    await world.drain(1)
    assert world.server.orders == {}
    assert (await world.coupon(coupon_id)).state == "RETURNED"
    assert await world.spendable("ann") == (100, 0)
    assert (
        await world.scalar(
            "SELECT reason FROM exchange.fulfilment_order WHERE coupon_id = :id", id=coupon_id
        )
        == FORGOTTEN
    )


async def test_data_keys_outlive_a_change_of_the_vaults_key(world: World) -> None:
    keys = world.fulfilment.data_keys
    before = await keys.accounts()
    encrypted = before.encrypt(PLAIN, 1, "k")
    async with world.database.transaction() as connection:
        await add_data_key(connection, world.vault, ACCOUNT)
    elsewhere = await DataKeys(world.database, world.vault).accounts()
    assert elsewhere.decrypt(encrypted, 1, "k") == PLAIN
    # This process has not looked since. It does where a value needs it.
    newer = elsewhere.encrypt(PLAIN, 1, "k")
    assert not before.knows(newer)
    assert (await keys.accounts([newer])).decrypt(newer, 1, "k") == PLAIN
    assert (await keys.digester(1)).identify("phone", PLAIN) == (
        await DataKeys(world.database, world.vault).digester(1)
    ).identify("phone", PLAIN)
    with pytest.raises(VaultBroken):
        await DataKeys(world.database, Vault(b"x" * 32)).accounts()


async def test_processes_that_begin_at_once_make_one_key_of_each_kind(database: Database) -> None:
    vault = Vault(b"k" * 32)
    await asyncio.gather(*(DataKeys(database, vault).accounts() for _ in range(8)))
    async with database.transaction() as connection:
        rows = await connection.execute(text("SELECT purpose FROM exchange.data_key ORDER BY 1"))
        assert list(rows.scalars()) == ["account", "identifier", "signing"]
