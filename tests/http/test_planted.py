"""Defects planted into `api`: each is found by the test that was written for it."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from api.http import acting, auth, batches, idempotency, queries, visit
from api.process import caches, guesses, misses, places, rotation
from api.settings import Settings
from catalog import endpoints, signing_secrets
from exchange.fulfil import VaultBroken, vault_keys
from ledger import Database, service_url
from tests.api.process import test_rotation
from tests.http import (
    test_batches_and_replays,
    test_billing,
    test_guessing,
    test_market,
    test_places,
    test_queries,
    test_refusals,
    test_request_keys,
    test_signing_secrets,
)
from tests.http.conftest import Caller, MakeSettings, Take
from tests.properties.planted import Defect, StatementDefect

WAIT_SECONDS = 45
"""A defect may also show as a wait that does not end."""
SIGNS = (AssertionError, LookupError, ExceptionGroup, TimeoutError, pytest.fail.Exception)

Test = Callable[..., Any]

DEFECTS: list[tuple[Defect | StatementDefect, Test]] = [
    # A condition on what was judged, and what each holder has.
    (
        Defect("a party takes all places", places.Places, "enter", "held >= self.share or ", ""),
        test_places.test_a_party_with_its_share_of_places_is_refused_and_no_other,
    ),
    (
        Defect(
            "no place is kept for the operator",
            places.Places,
            "enter",
            "self.limit - rank * (self.limit // RESERVE_PARTS)",
            "self.limit",
        ),
        test_places.test_a_holder_has_a_share_and_the_last_places_are_kept,
    ),
    (
        Defect("who waits holds a place", visit.Visit, "aside", "self.end()", "pass"),
        test_places.test_who_waits_for_a_delivery_holds_no_place,
    ),
    (
        Defect(
            "a foreign programme is one's own",
            acting,
            "own_programme",
            "programme.party_id != call.user.party.party_id and",
            "False and",
        ),
        test_refusals.test_a_foreign_programme_cannot_be_told_from_a_missing_one,
    ),
    (
        Defect(
            "any key gives the time",
            acting,
            "require_import",
            "IMPORT not in caller.permissions",
            "False",
        ),
        test_batches_and_replays.test_giving_the_time_needs_the_import_permission,
    ),
    # What changes the meaning of a request belongs to its fingerprint.
    (
        Defect(
            "the body is no part of a request",
            idempotency,
            "canonical",
            "orjson.dumps(body, option=orjson.OPT_SORT_KEYS)",
            'b""',
        ),
        test_refusals.test_same_key_with_another_body_for_what_is_no_operation,
    ),
    (
        Defect("any query is known", queries, "require_known_query", "name not in known", "False"),
        test_queries.test_a_misspelt_month_does_not_match_all_months,
    ),
    (
        Defect(
            "of two values the query says, one counts",
            queries,
            "require_known_query",
            "name in seen",
            "False",
        ),
        test_queries.test_a_parameter_is_there_once,
    ),
    (
        Defect(
            "the address is no part of a request",
            idempotency,
            "identity_of",
            "{request.scope['path']}\"",
            '"',
        ),
        test_request_keys.test_a_key_of_one_address_is_not_anothers,
    ),
    (
        Defect(
            "a key is all parties'",
            idempotency,
            "run_once",
            "party_id=request.user.party.party_id",
            "party_id=1",
        ),
        test_request_keys.test_a_key_of_one_party_is_not_anothers,
    ),
    (
        Defect(
            "a file is no part of a request",
            idempotency,
            "identity_of",
            '+ b"\\n" + body',
            "",
        ),
        test_request_keys.test_a_key_of_one_file_is_not_anothers,
    ),
    (
        Defect(
            "an item is no part of its key",
            batches,
            "answer_each_once",
            "body=canonical(place, read.raw)",
            "body=canonical(place, None)",
        ),
        test_request_keys.test_a_key_of_one_item_is_not_anothers,
    ),
    # A lock, and what is judged under it.
    (
        StatementDefect(
            "a rotation ends beside those who encrypt", vault_keys, "_HOLD", "FOR NO KEY UPDATE", ""
        ),
        test_signing_secrets.test_a_secret_is_not_replaced_while_a_rotation_ends,
    ),
    (
        Defect(
            "two secrets replace the same one",
            endpoints,
            "find_endpoint",
            "statement.with_for_update() if locked else statement",
            "statement",
        ),
        test_signing_secrets.test_of_two_secrets_at_once_the_second_replaces_the_first,
    ),
    # A guard as it is met in use.
    (
        Defect(
            "a revoked key in constant use is believed",
            caches.Recent,
            "get",
            "return entry[0]",
            "self.put(key, entry[0]); return entry[0]",
        ),
        test_market.test_a_revoked_key_stops_working_while_it_is_in_constant_use,
    ),
    (
        Defect(
            "a new name of a shop is a new guesser",
            misses.CodeMisses,
            "allowed",
            "sum(allowance.wrong.get(shop, 0) for shop in new)",
            "0",
        ),
        test_guessing.test_new_names_of_shops_are_no_new_guesses,
    ),
    (
        Defect(
            "the mistakes of one shop are all shops'",
            misses,
            "_subject",
            "if shop is None",
            "if shop",
        ),
        test_guessing.test_mistakes_of_one_shop_stop_no_other_and_no_other_key,
    ),
    (
        Defect(
            "a guess is counted only afterwards",
            guesses.Guesses,
            "_borrow",
            "Loan(int(granted), ",
            "Loan(1_000, ",
        ),
        test_guessing.test_batches_side_by_side_guess_no_more_than_one_may,
    ),
    (
        Defect(
            "right codes cost as much as wrong ones",
            guesses.Guesses,
            "give_back",
            "granted - wrong.get(subject, 0)",
            "0",
        ),
        test_guessing.test_right_codes_cost_nothing_even_side_by_side,
    ),
    (
        Defect(
            "wrong keys are not counted",
            auth,
            "_caller_of",
            "wrong = 1",
            "wrong = 0",
        ),
        test_guessing.test_wrong_keys_are_counted_by_address_and_right_keys_go_on,
    ),
]


statement = test_billing.statement
"""The fixture of this name, for the one test that needs it."""


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), DEFECTS, ids=[each.name for each, _ in DEFECTS])
async def test_a_defect_of_the_service_is_found(
    *,
    defect: Defect | StatementDefect,
    test: Test,
    brand: Caller,
    other_brand: Caller,
    supplier: Caller,
    operator: Caller,
    operator_key: str,
    make_settings: MakeSettings,
    snapshot: Take,
    database: Database,
    reconciler: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offered = locals()
    asked = {name: offered[name] for name in inspect.signature(test).parameters}
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        await _finished(test(**asked))


@pytest.mark.campaign
async def test_a_query_that_is_no_part_of_a_request_is_found(
    operator: Caller, supplier: Caller, statement: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Defect(
        "the query is no part of a request",
        idempotency,
        "run_once",
        '(f"?{query}" if query else "")',
        '""',
    ).plant(monkeypatch)
    with pytest.raises(SIGNS):
        await _finished(
            test_billing.test_a_key_of_one_month_or_supplier_is_not_anothers(
                operator, supplier, statement
            )
        )


@pytest.mark.campaign
@pytest.mark.parametrize("step", ["renew", "lock", "compare"])
async def test_a_rotation_that_forgets_a_key_too_soon_is_found(
    database: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    kept = Settings.load(database_url=SecretStr(service_url(database_url)), data_dir=tmp_path)
    replaced = test_rotation.test_a_secret_that_is_replaced_during_a_rotation_still_holds
    waited = test_rotation.test_a_rotation_waits_for_those_who_encrypt_with_the_key_before
    name = "a rotation forgets a key too soon"
    test: Callable[..., Awaitable[None]] = waited
    defect: Defect | StatementDefect = StatementDefect(
        name, vault_keys, "_CURRENT", "FOR SHARE", ""
    )
    arguments: tuple[Any, ...] = (kept, database)
    if step == "renew":
        again = "await _renew(connection, vault, secrets, found)"
        defect = Defect(name, rotation, "rotate", again, "[]")
    elif step == "compare":
        same = "row, table.c.encrypted_secret == secret.value"
        defect = Defect(name, signing_secrets, "replace_secret", same, "row")
    if step != "lock":
        test, arguments = replaced, (kept, database, monkeypatch)
    defect.plant(monkeypatch)
    with pytest.raises((*SIGNS, VaultBroken)):
        await _finished(test(*arguments))


async def _finished(outcome: Awaitable[None] | None) -> None:
    """Wait for a test that waits. A test that does not has finished."""
    if outcome is not None:
        async with asyncio.timeout(WAIT_SECONDS):
            await outcome
