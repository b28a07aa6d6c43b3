"""Lists of members and of what they have set aside."""

from tests.http.conftest import PROGRAMME, Caller, accepted, refused


async def test_members_are_found_by_how_their_references_begin(
    operator: Caller, brand: Caller, other_brand: Caller, supplier: Caller
) -> None:
    path = f"{PROGRAMME}/members"
    names = ["m-1", "m-10", "m-2", "n-1", "会员-1"]
    for points, name in enumerate(names, 1):
        accepted(await brand.post(f"{PROGRAMME}/issue", {"member": name, "points": points}))
    accepted(await brand.post(f"{PROGRAMME}/merge", {"member": "m-2", "into_member": "n-1"}))
    hold = {"member": "n-1", "points": 2}
    holds = [
        accepted(await brand.post(f"{PROGRAMME}/hold", hold, key=f"hold-{n}")) for n in range(3)
    ]
    accepted(await brand.post(f"{PROGRAMME}/release", {"member": "n-1", "hold_key": "hold-1"}))

    async def follow(**query: str) -> list[str]:
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = accepted(await brand.get(path, limit=2, **query, **cursor), 200)
            found += [each["member"] for each in page["items"]]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    assert await follow() == names
    assert await follow(prefix="m-1") == ["m-1", "m-10"]
    assert await follow(prefix="会") == ["会员-1"]
    assert await follow(prefix="x") == []
    items = accepted(await brand.get(path, prefix="m-2"), 200)["items"]
    assert [(each["merged_into"], each["spendable"]) for each in items] == [("n-1", 0)]
    (one,) = accepted(await brand.get(path, prefix="n"), 200)["items"]
    assert (one["spendable"], one["held"]) == (3, 4)
    (seen,) = accepted(await operator.get(path, prefix="m-10"), 200)["items"]
    assert (seen["member"], seen["spendable"]) == ("m•••0", 2)

    open_holds = f"{path}/n-1/holds"
    page = accepted(await brand.get(open_holds, limit=1), 200)
    rest = accepted(await brand.get(open_holds, cursor=page["next_cursor"]), 200)["items"]
    found = [*page["items"], *rest]
    assert [each["key"] for each in found] == ["hold-0", "hold-2"]
    assert [each["operation"] for each in found] == [holds[0]["operation"], holds[2]["operation"]]
    assert (found[0]["points"], found[0]["is_owned"], found[0]["reference"]) == (2, False, None)
    assert accepted(await brand.get(f"{path}/m-1/holds"), 200)["items"] == []
    refused(await brand.get(f"{path}/nobody/holds"), 404, "member-not-found")
    for address in (path, open_holds):
        refused(await other_brand.get(address), 404, "programme-not-found")
        assert (await supplier.get(address)).status_code == 403
    assert (await brand.get(path, cursor="x")).status_code == 400
    assert accepted(await brand.get(path, cursor="77"), 200)["items"] == []
