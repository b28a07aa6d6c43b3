"""Defects planted in what is kept of members: each is found by the test written for it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from catalog.members import carry, describe, facts, identifiers
from exchange.coupons import accounts, wipe
from exchange.redeem import redeem, request
from ledger import Database
from tests.catalog.members import test_facts, test_identifiers
from tests.exchange.coupons import test_accounts
from tests.exchange.fixtures import World, open_world
from tests.properties.planted import Defect, StatementDefect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS
from tests.races import test_member_races

Planted = Defect | StatementDefect
pytestmark = pytest.mark.campaign


async def _pages(world: World) -> None:
    with pytest.MonkeyPatch.context() as patched:
        await test_accounts.test_accounts_of_the_release_before_are_encrypted_or_wiped(
            world, patched
        )


async def _merged(database: Database) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(test_member_races, "SECONDS_MAX", 0.5)
        book = await test_member_races.open_book(database)
        await test_member_races.test_what_is_said_during_a_merge_is_carried_or_refused(book)


async def _waited(database: Database) -> None:
    book = await test_member_races.open_book(database)
    await test_member_races.test_who_describes_a_member_waits_for_its_merge_and_is_refused(book)


async def _claimed(database: Database) -> None:
    book = await test_member_races.open_book(database)
    await test_member_races.test_of_many_members_those_that_are_refused_leave_nothing(book)


PURE: list[tuple[Planted, Callable[[], None]]] = [
    (
        Defect(
            "a digest is made without the book",
            identifiers.Digester,
            "__init__",
            'f"comity members {book_id}"',
            '"comity members"',
        ),
        test_identifiers.test_a_digest_is_of_its_book_its_kind_and_its_key,
    ),
    (
        Defect(
            "a digest is made without the kind",
            identifiers.Digester,
            "digest",
            'f"{kind}\\0{value}"',
            "value",
        ),
        test_identifiers.test_a_digest_is_of_its_book_its_kind_and_its_key,
    ),
    (
        Defect(
            "an account is not bound to its coupon",
            accounts,
            "_bound",
            'f"comity:account:{book_id}:{request_key}"',
            '"comity:account"',
        ),
        test_accounts.test_an_account_is_bound_to_its_coupon_and_its_key,
    ),
]
IN_DATABASE: list[tuple[Planted, Callable[[Database], Awaitable[None]]]] = [
    (
        StatementDefect(
            "a tag counts past its end", facts, "_LOAD", " AND (until IS NULL OR :at < until)", ""
        ),
        test_facts.test_facts_are_those_of_the_instant_and_of_the_book,
    ),
    (
        StatementDefect(
            "facts come from another book",
            facts,
            "_LOAD",
            "WHERE book_id = :book_id AND member = ANY",
            "WHERE :book_id > 0 AND member = ANY",
        ),
        test_facts.test_facts_are_those_of_the_instant_and_of_the_book,
    ),
    (
        Defect(
            "a merge forgets identifiers",
            carry.MergeCompanion,
            "after",
            "for statement in _CARRY:",
            "for statement in _CARRY[2:]:",
        ),
        _merged,
    ),
    (
        Defect(
            "a merged member is described",
            describe,
            "_decide",
            "if member in known.merged:",
            "if False:",
        ),
        _waited,
    ),
    (
        Defect(
            "a merge locks no member",
            carry.MergeCompanion,
            "after",
            "if not members:",
            "if True:",
        ),
        _waited,
    ),
    (
        Defect(
            "what a refused member has claimed stays",
            describe,
            "put_members",
            "await written.settle_claims(connection, book_id, claims, fresh, owners)",
            "pass",
        ),
        _claimed,
    ),
]
IN_WORLD: list[tuple[Planted, Callable[[World], Awaitable[None]]]] = [
    (
        Defect(
            "an account is stored in plain text",
            accounts.Accounts,
            "encrypt",
            "cipher.encrypt(nonce, account.encode(), bound)",
            "account.encode()",
        ),
        test_accounts.test_an_account_is_stored_encrypted_and_reaches_the_supplier,
    ),
    (
        Defect(
            "the account of an own code is kept",
            redeem,
            "_encrypted",
            'quote.offer.fulfilment != "direct" or ',
            "",
        ),
        test_accounts.test_an_account_is_stored_encrypted_and_reaches_the_supplier,
    ),
    (
        Defect(
            "the fingerprint is of the account itself",
            request.RightRequest,
            "fingerprint",
            "self.account_mark or self.account",
            "self.account",
        ),
        test_accounts.test_the_fingerprint_does_not_give_the_account_away,
    ),
    (
        StatementDefect(
            "the account of a running order is wiped",
            wipe,
            "_LOCK_DUE",
            " AND (o.coupon_id IS NULL OR o.finished_at <= :before)",
            "",
        ),
        test_accounts.test_an_account_is_wiped_some_days_after_its_order_ended,
    ),
    (
        StatementDefect(
            "plain text stays beside what is encrypted",
            wipe,
            "_ENCRYPT",
            "account = NULL, ",
            "",
        ),
        _pages,
    ),
]


def _named(cases: list[tuple[Planted, object]]) -> list[str]:
    return [defect.name for defect, _ in cases]


@pytest.mark.parametrize(("defect", "check"), PURE, ids=_named([*PURE]))
def test_a_planted_defect_in_pure_code_is_found(
    defect: Planted, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    check()
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        check()


@pytest.mark.parametrize(("defect", "check"), IN_DATABASE, ids=_named([*IN_DATABASE]))
async def test_a_planted_defect_in_the_catalogue_is_found(
    defect: Planted,
    check: Callable[[Database], Awaitable[None]],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await check(database)


@pytest.mark.parametrize(("defect", "check"), IN_WORLD, ids=_named([*IN_WORLD]))
async def test_a_planted_defect_in_the_exchange_is_found(
    defect: Planted,
    check: Callable[[World], Awaitable[None]],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_world(database) as world:
        defect.plant(monkeypatch)
        with pytest.raises(SIGNS):
            async with asyncio.timeout(WAIT_SECONDS):
                await check(world)
