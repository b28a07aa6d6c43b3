"""Guessed coupon codes and API keys: mistakes cost the one who makes them, and nobody else."""

import asyncio
from collections import Counter

import pytest

from api.process import caches
from api.process.context import Context
from api.process.guesses import Guesses, Rule
from catalog import Identity, Unauthenticated, new_key_text
from exchange.coupons.codes import new_code
from ledger import ACTING_FOR
from tests.http.conftest import (
    JSON,
    PROGRAMME,
    Caller,
    MakeSettings,
    accepted,
    refused,
    serving,
    stock,
)

CROWD = 250
"""More than there are connections to Valkey."""


async def codes(brand: Caller, supplier: Caller, count: int) -> list[str]:
    """Codes of coupons that can be used."""
    offer_id = await stock(supplier, brand, quantity=count)
    rights = [
        {"key": f"r{number}", "member": f"m{number}", "offer_id": offer_id, "free": True}
        for number in range(count)
    ]
    answers = accepted(
        await brand.post(f"{PROGRAMME}/rights/batch", {"rights": rights}, key=None), 200
    )["answers"]
    paths = [f"{PROGRAMME}/coupons/{answer['coupon']}" for answer in answers]
    return [accepted(await brand.get(path), 200)["code"] for path in paths]


def uses(texts: list[str], start: int = 0, **fields: str) -> JSON:
    return {
        "uses": [{"key": f"u{start + n}", "code": text, **fields} for n, text in enumerate(texts)]
    }


def kinds(answers: JSON) -> Counter[str]:
    return Counter(each.get("problem", {}).get("type", each["status"]) for each in answers)


async def test_batches_side_by_side_guess_no_more_than_one_may(
    brand: Caller, supplier: Caller, make_settings: MakeSettings
) -> None:
    (right,) = await codes(brand, supplier, 1)
    book = 1
    settings = make_settings(code_misses_burst=20, code_misses_per_second=0.001)
    async with serving(settings) as (_, client):
        guesser = Caller(client, supplier.key)
        batches = [
            uses([*(new_code(book, 0) for _ in range(100)), right], start=1_000 * number)
            for number in range(10)
        ]
        responses = await asyncio.gather(
            *(guesser.post("/v1/coupons/use/batch", batch, key=None) for batch in batches)
        )
    found: Counter[str] = Counter()
    for response in responses:
        if response.status_code == 200:
            found += kinds(response.json()["answers"])
    assert found["/problems/coupon-not-found"] == 20
    assert found["accepted"] == 0


async def test_mistakes_of_one_shop_stop_no_other_and_no_other_key(
    operator: Caller, brand: Caller, supplier: Caller, make_settings: MakeSettings
) -> None:
    first, second, third = await codes(brand, supplier, 3)
    key = accepted(await operator.post("/v1/parties/cinema/keys", {"label": "two"}))["key"]
    settings = make_settings(code_misses_burst=3, code_misses_per_second=0.01)
    async with serving(settings) as (_, client):
        one, two = Caller(client, supplier.key), Caller(client, key)
        for _ in range(3):
            refused(
                await one.post("/v1/coupons/use", {"code": "guess", "store": "A"}),
                404,
                "coupon-not-found",
            )
        refused(
            await one.post("/v1/coupons/use", {"code": first, "store": "A"}),
            429,
            "too-many-code-misses",
        )
        accepted(await one.post("/v1/coupons/use", {"code": first, "store": "B"}))
        accepted(await one.post("/v1/coupons/use", {"code": second}))
        accepted(await two.post("/v1/coupons/use", {"code": third, "store": "A"}))


async def test_new_names_of_shops_are_no_new_guesses(
    brand: Caller, supplier: Caller, make_settings: MakeSettings
) -> None:
    first, second = await codes(brand, supplier, 2)
    settings = make_settings(code_misses_burst=2, code_misses_per_second=0.001)
    async with serving(settings) as (_, client):
        caller = Caller(client, supplier.key)
        accepted(await caller.post("/v1/coupons/use", {"code": first, "store": "old"}))
        guesses = [
            await caller.post("/v1/coupons/use", {"code": "guess", "store": f"new-{number}"})
            for number in range(25)
        ]
        assert Counter(each.status_code for each in guesses) == {404: 20, 429: 5}
        accepted(await caller.post("/v1/coupons/use", {"code": second, "store": "old"}))


async def test_right_codes_cost_nothing_even_side_by_side(
    brand: Caller, supplier: Caller, make_settings: MakeSettings
) -> None:
    right = await codes(brand, supplier, 30)
    settings = make_settings(code_misses_burst=2, code_misses_per_second=0.001)
    async with serving(settings) as (_, client):
        caller = Caller(client, supplier.key)
        answers = accepted(
            await caller.post("/v1/coupons/use/batch", uses(right[:20]), key=None), 200
        )["answers"]
        assert kinds(answers) == {"accepted": 20}
        singles = await asyncio.gather(
            *(caller.post("/v1/coupons/use", {"code": code}) for code in right[20:])
        )
        assert {each.status_code for each in singles} == {201}


async def test_a_code_of_full_width_is_used(brand: Caller, supplier: Caller) -> None:
    (code,) = await codes(brand, supplier, 1)
    typed = "".join(chr(ord(character) + 0xFEE0) for character in code)
    typed = f"{typed[:5]}\u200b\u3000{typed[5:]}"
    accepted(await supplier.post("/v1/coupons/use", {"code": typed}))


async def test_wrong_keys_are_counted_by_address_and_right_keys_go_on(
    make_settings: MakeSettings, operator_key: str
) -> None:
    settings = make_settings(wrong_keys_burst=3, wrong_keys_per_second=0.01, proxies="127.0.0.1")
    async with serving(settings) as (_, client):
        here = {"X-Forwarded-For": "198.51.100.1"}
        known = Caller(client, operator_key, dict(here))
        accepted(await known.get("/v1/parties"), 200)
        answers = await asyncio.gather(
            *(Caller(client, new_key_text(), dict(here)).get("/v1/parties") for _ in range(10))
        )
        assert Counter(each.status_code for each in answers) == {401: 3, 429: 7}
        refused(
            await Caller(client, "nonsense", dict(here)).get("/v1/parties"),
            429,
            "too-many-wrong-keys",
        )
        accepted(await known.get("/v1/parties"), 200)
        elsewhere = {"X-Forwarded-For": "198.51.100.2"}
        refused(
            await Caller(client, new_key_text(), elsewhere).get("/v1/parties"),
            401,
            "unauthenticated",
        )


async def test_a_crowd_does_not_lift_the_limit(make_settings: MakeSettings) -> None:
    """More at once than connections to Valkey must not look as if Valkey were away."""
    async with serving(make_settings()) as (app, _):
        guesses = Guesses(app.state.context.redis, "t")
        rule = Rule(per_second=0.001, burst=3)

        async def guess() -> int:
            loans = await guesses.borrow({"s": (1, rule)})
            await guesses.give_back(loans, {"s": loans["s"].granted})
            return loans["s"].granted

        assert Counter(await asyncio.gather(*(guess() for _ in range(CROWD)))) == {
            1: 3,
            0: CROWD - 3,
        }


async def test_of_those_who_wait_for_a_loan_one_asks_again_and_again(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a crowd that waits would keep the process busy with asking."""
    async with serving(make_settings()) as (app, _):
        guesses = Guesses(app.state.context.redis, "t")
        rule = Rule(per_second=0.001, burst=1)
        loans = await guesses.borrow({"s": (1, rule)})
        pause, pauses, pausing, most = asyncio.sleep, 0, 0, 0

        async def sleep(seconds: float) -> None:
            nonlocal pauses, pausing, most
            pauses, pausing = pauses + 1, pausing + 1
            most = max(most, pausing)
            if pauses == 5:
                await guesses.give_back(loans, {"s": 1})
            await pause(seconds)
            pausing -= 1

        monkeypatch.setattr(asyncio, "sleep", sleep)
        waiting = await asyncio.gather(*(guesses.borrow({"s": (1, rule)}) for _ in range(CROWD)))
    assert not any(each["s"].granted for each in waiting)
    assert most == 1


async def test_keys_that_may_be_guesses_are_looked_up_for_their_address(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a crowd of them would stand in one line with the process's own work."""
    looked_up_for: list[str] = []

    async def looked_up(*_: object) -> Identity:
        looked_up_for.append(ACTING_FOR.get())
        raise Unauthenticated

    monkeypatch.setattr(caches, "authenticate", looked_up)
    async with serving(make_settings(proxies="127.0.0.1")) as (_, client):
        here = {"X-Forwarded-For": "198.51.100.1"}
        refused(
            await Caller(client, new_key_text(), here).get("/v1/parties"), 401, "unauthenticated"
        )
    assert looked_up_for == ["address 198.51.100.1"]


async def test_what_a_dead_process_borrowed_does_not_stay_away(make_settings: MakeSettings) -> None:
    async with serving(make_settings()) as (app, _):
        context: Context = app.state.context
        guesses = Guesses(context.redis, "t")
        rule = Rule(per_second=1.0, burst=1)
        assert (await guesses.borrow({"s": (5, rule)}))["s"].granted == 1
        await context.redis.hincrbyfloat("comity:t:s", "lent_at", -61)
        await context.redis.hincrbyfloat("comity:t:s", "at", -2)
        assert (await guesses.borrow({"s": (5, rule)}))["s"].granted == 1
