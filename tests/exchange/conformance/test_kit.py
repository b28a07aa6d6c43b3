"""The kit, played against a good supplier and many bad ones on real sockets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson
import pytest

from exchange.conformance import Manner, Pace, Plan, Report, Sandbox, check_supplier, listening
from exchange.conformance.case import CASES, MUST, Verdict
from exchange.conformance.digest import digest_of, new_secret, secret_id
from exchange.conformance.story import Reply
from exchange.fulfil.supplier import Outcome, _read
from tests.exchange.conformance import bad_suppliers as bad

SECRET, SECOND = new_secret(), new_secret()
# The good one is never late for these, however busy the machine is. The slow one always is.
PATIENT = Pace(
    answer_seconds=2.0,
    delivery_seconds=20.0,
    callback_seconds=20.0,
    watch_seconds=0.1,
    poll_seconds=0.02,
)
# A bad one does not do what is waited for, however long that is.
HASTY = replace(PATIENT, delivery_seconds=0.3, callback_seconds=0.5)
PACES = {2: PATIENT, 6: replace(HASTY, answer_seconds=1.5)}
MANNER = Manner(slow_seconds=600.0, later_seconds=0.05, again_seconds=0.02)


def own_time() -> datetime:
    return datetime.now(UTC)


async def checked(supplier: Sandbox, plan: Plan) -> Report:
    """The report of a check over sockets."""
    known = [each for each in (SECRET, plan.second_secret) if each is not None]
    async with (
        supplier.serving() as url,
        listening(known, own_time) as inbox,
        httpx2.AsyncClient(trust_env=False) as http,
    ):
        return await check_supplier(http, url, SECRET, plan, inbox=inbox, clock=own_time)


async def test_the_sandbox_passes_its_own_kit() -> None:
    plan = Plan(offer="pass", orders=20, concurrency=10, second_secret=SECOND, pace=PATIENT)
    report = await checked(Sandbox([SECRET, SECOND], own_time, MANNER), plan)
    document = report.document()

    verdicts = {each["case"]: (each["verdict"], each["sentence"]) for each in document["cases"]}
    assert {verdict for verdict, _ in verdicts.values()} == {"pass"}, verdicts
    assert report.passed
    assert document["counts"] == {"passed": 16, "failed": 0, "not_supported": 0}
    assert len(document["cases"]) == len(CASES) == 16
    assert all(each["evidence"] for each in document["cases"] if each["case"] != 15)
    assert document["digest"] == digest_of(report.url, SECRET)
    assert SECRET not in orjson.dumps(document).decode()
    assert SECOND not in orjson.dumps(document).decode()


@pytest.mark.parametrize(
    ("supplier", "case", "said"),
    [
        (bad.Accepts, 1, "no end in a minute"),
        (bad.DeliversParts, 1, "PARTIAL ends nothing"),
        (bad.SignsWithAnother, 2, "not signed by the secret"),
        (bad.RefusesByStatus, 3, "refused by 400"),
        (bad.DeliversAgain, 4, "delivered more than once"),
        (bad.DeliversAgain, 5, "delivered again"),
        (bad.ChangesItsMind, 5, "changed what a query says"),
        (bad.StoresAfterwards, 6, "NOT_FOUND of an order that you had"),
        (bad.AnswersBareNotFound, 7, "proves nothing"),
        (bad.AnswersBareNotFound, 8, "the number that was asked for"),
        (bad.RefusesByStatus, 9, "refused by 400"),
        (bad.CallsOnce, 10, "until you get a 200"),
        (bad.CallsOnce, 11, "until you get a 200"),
        (bad.TakesAnything, 12, "was taken"),
        (bad.BreaksOnText, 13, "Chinese text broke the server"),
        (bad.SucceedsAfterFailure, 14, "SUCCESS came after FAILED"),
        (bad.LosesSome, 15, "2 of 20 orders were not delivered"),
        (bad.ReadsOneSignature, 16, "Split webhook-signature"),
    ],
)
async def test_each_fault_is_found_and_named(supplier: type[Sandbox], case: int, said: str) -> None:
    pace = PACES.get(case, HASTY)
    plan = Plan(offer="pass", orders=20, only=frozenset({case}), pace=pace)
    (finding,) = (await checked(supplier([SECRET], own_time, MANNER), plan)).findings

    assert finding.case.number == case
    assert (finding.verdict, said in finding.sentence) == (Verdict.FAIL, True), finding
    assert case == 15 or finding.evidence


async def test_what_a_server_does_not_play_is_not_shown_and_may_have_other_names() -> None:
    """One that delivers whatever it is asked for shows nothing of refusals, silence and delays."""
    plain = Sandbox([SECRET], own_time, MANNER)
    names = dict.fromkeys(("refuse", "slow", "lost", "late", "ok-async", "out-of-stock"), "ok")
    cases = frozenset({2, 3, 6, 7, 9, 10, 14, 16})
    plan = Plan(offer="pass", accounts=names, only=cases, pace=HASTY)
    report = await checked(plain, plan)

    assert {finding.verdict for finding in report.findings} == {Verdict.NOT_SUPPORTED}
    assert "--account refuse=" in report.findings[1].sentence
    assert not report.passed, "not every case that must not fail was played"
    assert {each for each in plain.orders.values() if each.account != "ok"} == set()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [200, 202, 204, 400, 404, 500])
def test_the_kit_believes_what_the_exchange_believes(method: str, status: int) -> None:
    said: list[Mapping[str, Any] | None] = [None, {}, {"status": 7}, {"request_number": "CK-1"}]
    for word in ("PROCESSING", "SUCCESS", "FAILED", "NOT_FOUND", "PARTIAL"):
        said += [{"status": word}, {"status": word, "request_number": "CK-1"}]
        said += [{"status": word, "request_number": "CK-2"}]
    for document in said:
        believed = Reply(f"{method} order", "CK-1", status, document, 0.0).said
        answer = _read(method, status, orjson.dumps(document), "CK-1")
        expected = None if answer.outcome is Outcome.UNKNOWN else str(answer.outcome)
        assert believed == expected, document


def test_a_report_is_about_an_address_a_secret_and_a_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    digest = digest_of("https://a.example/x", SECRET)

    assert digest == digest_of("https://a.example/x/", SECRET)
    assert digest != digest_of("https://b.example/x", SECRET)
    assert digest != digest_of("https://a.example/x", SECOND)
    assert secret_id(SECRET) != secret_id(SECOND)
    monkeypatch.setattr("exchange.conformance.digest.KIT_VERSION", 99)
    assert digest != digest_of("https://a.example/x", SECRET)
    assert len(MUST) == 9
