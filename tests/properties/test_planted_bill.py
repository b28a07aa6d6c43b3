"""Locks, instants and keys in the catalogue and the bill, each planted wrong and found.

`test_planted_locks` says what is found here.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from catalog import keys, signing_secrets
from catalog.isolation import rules
from catalog.offers import publish
from ledger import Database
from settlement import periods
from settlement.closing import freeze, steps
from settlement.rating import contracts, lines, rate
from settlement.reconcile import lines as our_side
from settlement.reconcile import uploads
from tests.catalog import test_signing_secrets
from tests.properties.planted import Defect, StatementDefect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS
from tests.races import test_catalog_races
from tests.settlement.closing import test_close
from tests.settlement.fixtures import create_world
from tests.settlement.rating import test_contracts, test_rate
from tests.settlement.reconcile import test_reconcile, test_uploads

Planted = Defect | StatementDefect
InDatabase = Callable[[Database], Awaitable[None]]


async def _two_revisions(database: Database) -> None:
    await test_catalog_races.test_of_two_revisions_at_once_the_second_follows_the_first(
        database, 31
    )


async def _two_rules(database: Database) -> None:
    with pytest.MonkeyPatch.context() as patched:
        await test_catalog_races.test_two_rules_at_once_count_and_see_each_other(
            database, patched, rules.RuleExists
        )


async def _outcome(database: Database) -> None:
    world = await create_world(database)
    await test_uploads.test_an_outcome_is_told_to_its_own_request_alone(database, world)


IN_DATABASE: list[tuple[Planted, InDatabase]] = [
    (
        StatementDefect(
            "an offer is not locked while it is revised", publish, "_LOCK", "FOR NO KEY UPDATE", ""
        ),
        _two_revisions,
    ),
    (
        Defect(
            "new keys do not wait for each other",
            keys,
            "_require_room",
            "lock = select(turn).where(",
            "lock = select(party.c.party_id).where(",
        ),
        test_catalog_races.test_two_new_keys_at_once_count_each_other,
    ),
    (
        StatementDefect(
            "new rules do not wait for each other",
            rules,
            "_LOCK",
            "LOCK TABLE catalog.isolation_rule IN SHARE ROW EXCLUSIVE MODE",
            "SELECT 1",
        ),
        _two_rules,
    ),
    (
        Defect(
            "a replaced secret holds a moment longer",
            signing_secrets,
            "load_retired_secrets",
            "retired_secret.c.valid_until > now",
            "retired_secret.c.valid_until >= now",
        ),
        test_signing_secrets.test_a_replaced_secret_holds_up_to_its_very_instant,
    ),
    (
        Defect(
            "a replaced secret is told a moment longer",
            signing_secrets,
            "retired_until",
            "retired_secret.c.valid_until > now",
            "retired_secret.c.valid_until >= now",
        ),
        test_signing_secrets.test_a_replaced_secret_holds_up_to_its_very_instant,
    ),
    (
        Defect(
            "a month ends a moment late",
            freeze,
            "require_closable",
            "now < _ends_at",
            "now <= _ends_at",
        ),
        test_close.test_a_month_closes_from_the_very_instant_of_its_end,
    ),
    (
        Defect(
            "two months are closed at once",
            freeze,
            "freeze",
            "await connection.execute(_ONE_CLOSER)",
            "pass",
        ),
        test_close.test_who_closes_the_next_month_waits_for_who_closes_this_one,
    ),
    (
        StatementDefect("a closer does not wait for raters", freeze, "_LOCK", "FOR UPDATE", ""),
        test_close.test_a_closer_waits_for_a_rater_and_does_not_call_its_uses_pending,
    ),
    (
        StatementDefect(
            "a month opens before one that is closing",
            periods,
            "_OPEN_MISSING",
            "state <> 'open'",
            "state = 'closed'",
        ),
        test_close.test_nothing_opens_before_a_month_that_is_closing,
    ),
    (
        Defect(
            "two take steps at once", steps, "take_steps", "not await take_turn(holder)", "False"
        ),
        test_close.test_one_process_at_a_time_takes_the_steps_of_a_month,
    ),
    (
        Defect(
            "contracts do not wait for each other",
            contracts,
            "lock_contracts",
            "await connection.execute(_CHANGE)",
            "pass",
        ),
        test_contracts.test_of_two_contracts_at_once_the_second_ends_the_first,
    ),
    (
        Defect(
            "a reversal counts in the first programme",
            lines,
            "write_reversals",
            "(each.book_id, each.use_id",
            "(1, each.use_id",
        ),
        test_rate.test_uses_of_two_programmes_may_have_one_number,
    ),
    (
        Defect(
            "what cannot be rated is done",
            rate,
            "_handle",
            "if message.outbox_id not in faults]",
            "]",
        ),
        test_rate.test_uses_of_two_programmes_may_have_one_number,
    ),
    (
        StatementDefect(
            "a use that has a break is not claimed",
            our_side,
            "_CLAIMS",
            "found.is_claim OR",
            "",
        ),
        test_reconcile.test_a_use_that_another_run_has_claimed_is_a_duplicate,
    ),
    (
        StatementDefect(
            "what another month's file has claimed is not known",
            our_side,
            "_CLAIMS",
            "found.category = 'cut_off'\n",
            "FALSE\n",
        ),
        test_reconcile.test_cut_off_is_known_from_either_side,
    ),
    (
        StatementDefect(
            "a dead worker gives back what is another's",
            uploads,
            "_GIVE_BACK",
            "AND lease = :lease",
            "",
        ),
        test_uploads.test_the_upload_of_a_dead_worker_is_taken_again,
    ),
    (
        StatementDefect(
            "an outcome is told to any request of its key",
            uploads,
            "_OUTCOME",
            "AND fingerprint = :fingerprint",
            "",
        ),
        _outcome,
    ),
]


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("defect", "test"), IN_DATABASE, ids=[each.name for each, _ in IN_DATABASE]
)
async def test_a_lock_or_an_instant_of_the_catalogue_or_the_bill_is_found(
    database: Database, defect: Planted, test: InDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(database)
