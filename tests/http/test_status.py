"""What the operator sees of the exchange, and parties' names."""

import asyncpg

from tests.http.conftest import PROGRAMME, SECRET, Caller, accepted, refused, stock


async def test_the_operator_sees_how_the_exchange_does(
    operator: Caller, brand: Caller, supplier: Caller, member: str, database_url: str
) -> None:
    endpoint = {"url": "http://127.0.0.1:9/x", "secret": SECRET}
    accepted(await operator.put("/v1/parties/cinema/endpoint", endpoint), 200)
    film = await stock(supplier, brand, code="film", fulfilment="direct")
    right = {"member": member, "offer_id": film, "account": "m1@cinema"}
    accepted(await brand.post(f"{PROGRAMME}/rights", right))
    owner = await asyncpg.connect(database_url)
    await owner.execute(
        "INSERT INTO settlement.rejected_message (book_id, outbox_id, topic, payload, attempts,"
        " reason) SELECT book_id, n, 'coupon.used', '{}', 1, 'no coupon'"
        " FROM ledger.book, generate_series(1, 2) AS n"
    )
    await owner.execute("UPDATE ledger.outbox SET parked_at = now(), available_at = 'infinity'")
    await owner.close()

    found = accepted(await operator.get("/v1/status"), 200)
    (book,) = found["books"]
    assert (book["programme"], book["sealed"], book["sealed_at"]) == ("grocer", 0, None)
    assert book["records"] == 2
    assert found["verify"] is None
    assert {each["topic"]: each["parked"] for each in found["outbox"]}["fulfilment.submit"] == 1
    assert found["rejected_uses"] == 2
    assert found["are_all_books"]
    (light,) = found["suppliers"]
    assert (light["supplier"], light["light"], light["why"]) == ("cinema", "green", "fine")
    assert (light["stage"], light["orders"]) == ("OPEN", 1)

    page = accepted(await operator.get("/v1/rejected-uses", limit=1), 200)
    rest = accepted(
        await operator.get("/v1/rejected-uses", limit=2, cursor=page["next_cursor"]), 200
    )
    assert [each["reason"] for each in [*page["items"], *rest["items"]]] == ["no coupon"] * 2
    assert (page["items"][0]["programme"], rest["next_cursor"]) == ("grocer", None)
    retry = "/v1/rejected-uses/retry"
    assert accepted(await operator.post(retry, key="again"), 200) == {"messages": 2}
    assert accepted(await operator.post(retry, key="again"), 200) == {"messages": 2}
    assert accepted(await operator.post(retry, key="other"), 200) == {"messages": 0}
    assert accepted(await operator.get("/v1/rejected-uses"), 200)["items"] == []
    for caller in (brand, supplier):
        for path in ("/v1/status", "/v1/rejected-uses"):
            assert (await caller.get(path)).status_code == 403
        assert (await caller.post(retry)).status_code == 403
    assert (await operator.get("/v1/rejected-uses", cursor="7")).status_code == 400


async def test_a_party_is_seen_and_renamed_by_itself_and_the_operator(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    path = "/v1/parties/grocer"
    own = accepted(await brand.get(path), 200)
    assert own == accepted(await brand.get("/v1/parties/self"), 200)
    assert accepted(await operator.get(path), 200) == own
    refused(await supplier.get(path), 404, "party-not-found")
    refused(await operator.get("/v1/parties/nobody"), 404, "party-not-found")
    renamed = accepted(await brand.put(f"{path}/name", {"name": "鲜果集市"}), 200)
    assert renamed == {**own, "name": "鲜果集市"}
    assert accepted(await operator.get(path), 200) == renamed
    accepted(await operator.put(f"{path}/name", {"name": "Grocer"}), 200)
    refused(await supplier.put(f"{path}/name", {"name": "Mine"}), 404, "party-not-found")
    assert (await brand.put(f"{path}/name", {"name": " "})).status_code == 400
    log = accepted(await operator.get("/v1/audit-log", object="party:grocer"), 200)["items"]
    assert [each["action"] for each in log[:2]] == ["set_party_name"] * 2
