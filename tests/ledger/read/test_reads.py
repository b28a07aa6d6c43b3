"""What the books say: now, at a past instant, in lines and in sums."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from ledger import Database, Ledger, Refusal
from ledger.asks import (
    Gift,
    Issue,
    MemberNotFound,
    Merge,
    Operation,
    OperationNotFound,
    Redeem,
    Reverse,
)
from ledger.book import (
    DebtPolicy,
    ExpiryKind,
    ExpiryPlan,
    Programme,
    Rules,
    create_programme,
    find_programme,
)
from ledger.read import (
    Balance,
    EntryRecord,
    balance,
    balance_as_of,
    balances,
    history,
    operation,
    totals,
    trial_balance,
)
from tests.ledger.full_book import AFTER_DELIVERY, BEFORE_DELIVERY, JANUARY, fill

OWING = Rules(debt=DebtPolicy.OWE)
SLIDING = Rules(expiry=ExpiryPlan(ExpiryKind.SLIDING, 30))
JUNE_30 = date(2026, 6, 30)


async def a_programme(
    database: Database, rules: Rules = OWING, time_zone: str = "Asia/Shanghai"
) -> Programme:
    async with database.transaction() as connection:
        return await create_programme(
            connection,
            code="tea-club",
            party_id=1,
            name="Tea Club",
            time_zone=time_zone,
            rules=rules,
            lanes=4,
        )


async def accepted(ledger: Ledger, programme: Programme, *operations: Operation) -> None:
    for answer in await ledger.submit(programme, operations):
        assert answer.refusal is None


async def now_of(database: Database) -> datetime:
    """The database's own time, by which records are dated."""
    async with database.transaction() as connection:
        now = await connection.scalar(text("SELECT clock_timestamp()"))
    assert isinstance(now, datetime)
    return now


async def balance_of(
    database: Database, programme: Programme, member: str, at: datetime
) -> Balance:
    async with database.transaction() as connection:
        return await balance(connection, programme, member, at)


async def test_the_last_day_ends_at_midnight_of_the_programme(
    database: Database, ledger: Ledger
) -> None:
    programme = await a_programme(database)
    await accepted(
        ledger,
        programme,
        Issue(key="a", member="ann", points=7, occurred_at=JANUARY, expires_on=JUNE_30),
        Issue(
            key="b", member="ann", points=2, occurred_at=JANUARY, expires_on=JUNE_30, funder="mint"
        ),
        Issue(key="c", member="ann", points=3, occurred_at=JANUARY, available_on=date(2026, 7, 1)),
        Issue(key="d", member="ann", points=5, occurred_at=JANUARY, expires_on=date(2027, 1, 1)),
    )
    last_second = datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC)
    assert await balance_of(database, programme, "ann", last_second) == Balance(
        member="ann",
        spendable=14,
        pending=3,
        next_expiry=JUNE_30,
        expiring_points=9,
        expiring=((JUNE_30, 9), (date(2027, 1, 1), 5)),
    )
    assert await balance_of(
        database, programme, "ann", last_second + timedelta(seconds=1)
    ) == Balance(
        member="ann",
        spendable=8,
        expired=9,
        next_expiry=date(2027, 1, 1),
        expiring_points=5,
        expiring=((date(2027, 1, 1), 5),),
    )


async def test_what_is_owed_is_taken_off_what_may_be_spent(
    database: Database, ledger: Ledger
) -> None:
    programme = await a_programme(database)
    await accepted(
        ledger,
        programme,
        Issue(key="i", member="ann", points=10, occurred_at=JANUARY),
        Redeem(key="r", member="ann", points=10, occurred_at=JANUARY),
        Reverse(key="claw-back", member="ann", operation_key="i", occurred_at=JANUARY),
    )
    assert await balance_of(database, programme, "ann", JANUARY) == Balance(
        member="ann", spendable=-10, debt=10
    )


async def test_balances_come_in_the_order_asked_and_know_nobody(
    database: Database, ledger: Ledger
) -> None:
    programme = await a_programme(database)
    await accepted(
        ledger,
        programme,
        Issue(key="a", member="ann", points=1, occurred_at=JANUARY, expires_on=JUNE_30),
        Issue(key="b", member="bob", points=2, occurred_at=JANUARY),
    )
    async with database.transaction() as connection:
        found = await balances(connection, programme, ["bob", "zoe", "ann", "bob"], JANUARY)
        with pytest.raises(MemberNotFound):
            await balance(connection, programme, "zoe", JANUARY)
    assert [(each.member, each.spendable, each.expiring_points) for each in found] == [
        ("bob", 2, 0),
        ("zoe", 0, 0),
        ("ann", 1, 1),
        ("bob", 2, 0),
    ]
    assert all(each.expiring == () for each in found)


async def test_undated_points_live_as_long_as_the_wallet_slides(
    database: Database, ledger: Ledger
) -> None:
    programme = await a_programme(database, SLIDING, "UTC")
    await accepted(
        ledger,
        programme,
        Issue(key="a", member="ann", points=4, occurred_at=JANUARY),
        Redeem(key="r", member="ann", points=0, occurred_at=JANUARY + timedelta(days=5)),
    )
    last_day = (JANUARY + timedelta(days=35)).date()
    on_it = await balance_of(database, programme, "ann", JANUARY + timedelta(days=35))
    assert (on_it.spendable, on_it.next_expiry, on_it.expiring) == (4, last_day, ((last_day, 4),))
    after = await balance_of(database, programme, "ann", JANUARY + timedelta(days=36))
    assert (after.spendable, after.expired, after.next_expiry) == (0, 4, None)


async def test_the_past_is_what_was_said_then(database: Database, ledger: Ledger) -> None:
    """After every operation of the full book, the journal alone tells the same later."""
    today = await now_of(database)
    programme = await a_programme(database, Rules(debt=DebtPolicy.OWE, grace_days=30))
    said: list[tuple[datetime, dict[str, Balance], list[tuple[str, int]]]] = []
    members = ["ann", "bob", "dan", "eve"]
    living = [
        Issue(
            key=f"now-{member}",
            member=member,
            points=100,
            funder="mint",
            expires_on=today.date() + timedelta(days=9),
        )
        for member in members
    ]
    later = [each for each in (*BEFORE_DELIVERY, *AFTER_DELIVERY) if each.KIND.name != "CONVERT"]
    for each in (*living, *later):
        await ledger.submit(programme, [each])
        instant = await now_of(database)
        async with database.transaction() as connection:
            wallets = {}
            for member in members:
                try:
                    wallets[member] = await balance(connection, programme, member, instant)
                except MemberNotFound:
                    assert member not in wallets
            said.append((instant, wallets, await trial_balance(connection, programme)))
    async with database.transaction() as connection:
        for instant, wallets, lines in said:
            for member, then in wallets.items():
                assert await balance_as_of(connection, programme, member, instant) == then
            for member in set(members) - set(wallets):
                with pytest.raises(MemberNotFound):
                    await balance_as_of(connection, programme, member, instant)
            assert await trial_balance(connection, programme, instant) == lines
            assert sum(points for _, points in lines) == 0
    assert len({tuple(lines) for _, _, lines in said}) > len(said) / 2


async def test_the_past_of_a_sliding_wallet(database: Database, ledger: Ledger) -> None:
    programme = await a_programme(database, SLIDING, "UTC")
    today = await now_of(database)
    said: list[tuple[datetime, list[Balance]]] = []
    for each in (
        Issue(key="a", member="ann", points=4, occurred_at=today - timedelta(days=40)),
        Issue(key="b", member="bob", points=6, occurred_at=today - timedelta(days=20)),
        Redeem(key="alive", member="ann", points=0, occurred_at=today - timedelta(days=12)),
        Gift(
            key="gift",
            member="bob",
            to_member="ann",
            points=5,
            occurred_at=today - timedelta(days=9),
        ),
        Redeem(key="again", member="bob", points=0, occurred_at=today),
        Merge(key="merge", member="bob", into_member="ann", occurred_at=today),
    ):
        await ledger.submit(programme, [each])
        instant = await now_of(database)
        async with database.transaction() as connection:
            members = ["ann"] if each.key == "a" else ["ann", "bob"]
            said.append(
                (
                    instant,
                    [await balance(connection, programme, member, instant) for member in members],
                )
            )
    async with database.transaction() as connection:
        for instant, wallets in said:
            for then in wallets:
                assert await balance_as_of(connection, programme, then.member, instant) == then
    assert len({wallets[0] for _, wallets in said}) >= 4


async def test_history_pages_over_what_moved_points(database: Database, ledger: Ledger) -> None:
    programme = await a_programme(database, SLIDING)
    await accepted(
        ledger,
        programme,
        Issue(key="other", member="dan", points=9, occurred_at=JANUARY),
        *(
            Issue(key=f"i{number}", member="ann", points=1, occurred_at=JANUARY)
            for number in range(3)
        ),
        *(
            Redeem(key=f"free{number}", member="ann", points=0, occurred_at=JANUARY)
            for number in range(3)
        ),
        Redeem(key="r", member="ann", points=2, occurred_at=JANUARY, store="s1"),
        Redeem(key="free", member="ann", points=0, occurred_at=JANUARY),
    )
    async with database.transaction() as connection:
        lines, cursor = await history(connection, programme, "ann", before=None, limit=3)
        assert [(line.key, line.points, line.balance) for line in lines] == [
            ("r", 2, 1),
            ("i2", 1, 3),
            ("i1", 1, 2),
        ]
        assert (lines[0].kind, lines[0].store, lines[0].operation.split("-")[1]) == (
            "redeem",
            "s1",
            str(lines[0].sequence),
        )
        lines, following = await history(connection, programme, "ann", before=cursor, limit=3)
        assert [line.key for line in lines] == ["i0"]
        assert following is None
        stranger = (await history(connection, programme, "dan", before=None, limit=1))[0][
            0
        ].sequence
        assert stranger == 1
        assert await history(connection, programme, "ann", before=stranger, limit=3) == ([], None)
        with pytest.raises(MemberNotFound):
            await history(connection, programme, "zoe", before=None, limit=3)


async def test_what_others_did_is_in_the_history(database: Database, ledger: Ledger) -> None:
    programme = await a_programme(database)
    await accepted(
        ledger,
        programme,
        Issue(key="a", member="ann", points=3, occurred_at=JANUARY, expires_on=JUNE_30),
        Issue(key="b", member="ann", points=5, occurred_at=JANUARY),
        Gift(key="gift", member="ann", to_member="bob", points=7, occurred_at=JANUARY),
    )
    async with database.transaction() as connection:
        ((received,), _) = await history(connection, programme, "bob", before=None, limit=5)
    assert (received.kind, received.key, received.points, received.balance) == (
        "receive",
        None,
        7,
        7,
    )


async def test_an_operation_with_the_lots_it_moved(database: Database, ledger: Ledger) -> None:
    programme = await fill(database, ledger)
    async with database.transaction() as connection:
        captured = await operation(connection, programme, "captured")
        held = await operation(connection, programme, "h1")
        refused = await operation(connection, programme, "too-much")
        nobody = await operation(connection, programme, "nobody")
        added = await operation(connection, programme, "added")
        with pytest.raises(OperationNotFound):
            await operation(connection, programme, "never")
    assert (captured.kind, captured.status, captured.member, captured.points) == (
        "capture",
        "accepted",
        "ann",
        11,
    )
    assert (captured.subject, captured.detail) == (held.operation, {"released": 19})
    assert captured.entries == (
        EntryRecord("held", "redemption", 10, None, date(2026, 5, 31), None, 65, 35, 0),
        EntryRecord("held", "redemption", 1, None, JUNE_30, "mint", 65, 34, 0),
        EntryRecord("held", "wallet", 19, None, JUNE_30, "mint", 84, 15, 0),
    )
    assert refused.refusal is not None
    assert (refused.status, refused.refusal["code"], refused.entries) == (
        "rejected",
        "insufficient-points",
        (),
    )
    assert (nobody.member, nobody.balance) == (None, None)
    # Of 40 points given, 24 of the 25 owed were still to repay: 20 had been repaid by an issue.
    assert [(entry.source, entry.target, entry.debt) for entry in added.entries] == [
        ("adjustment", "wallet", 25),
        ("adjustment", "debt", 0),
    ]


async def test_totals_are_those_of_the_lanes(database: Database, ledger: Ledger) -> None:
    programme = await fill(database, ledger)
    async with database.transaction() as connection:
        found = await totals(connection, programme)
        lines = dict(await trial_balance(connection, programme))
        members = await balances(connection, programme, ["ann", "bob", "dan", "eve"], JANUARY)
    assert found.issued + found.converted_in + found.adjusted + found.owed == (
        found.redeemed
        + found.converted_out
        + found.expired
        + found.held
        + found.converting
        + found.outstanding
    )
    assert (found.outstanding, -found.owed) == (lines["wallet"], lines["debt"])
    assert (found.converting, found.adjusted, found.members) == (7, 35, 4)
    assert found.held + found.converting == sum(each.held for each in members)
    assert found.operations > 30


async def test_reading_waits_for_no_writer(database: Database, ledger: Ledger) -> None:
    programme = await fill(database, ledger)
    async with database.transaction() as writer:
        for table in ("lane", "account", "hold"):
            await writer.execute(text(f"SELECT 1 FROM ledger.{table} FOR UPDATE"))
        async with database.transaction() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = 100"))
            again = await find_programme(connection, programme.code)
            now = datetime.now(UTC)
            assert (await balance(connection, again, "ann", now)).debt == (
                await balance_as_of(connection, again, "ann", now)
            ).debt
            assert (await history(connection, again, "ann", before=None, limit=5))[1] is not None
            assert (await totals(connection, again)).members == 4
            assert await trial_balance(connection, again) == await trial_balance(
                connection, again, now
            )


async def test_a_refusal_of_a_read_has_its_problem(database: Database, ledger: Ledger) -> None:
    programme = await a_programme(database)
    async with database.transaction() as connection:
        for reading in (
            balance(connection, programme, "zoe", JANUARY),
            balance_as_of(connection, programme, "zoe", JANUARY),
            operation(connection, programme, "never"),
        ):
            with pytest.raises(Refusal) as caught:
                await reading
            assert caught.value.status == 404
