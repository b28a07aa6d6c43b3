"""Requests about points that several files of tests make."""

from tests.http.conftest import JSON, PROGRAMME, Caller, accepted


async def programme_of(brand: Caller, **rules: JSON) -> str:
    """Make another programme of the brand, with these rules. Returns its address."""
    body = {"code": "grocer--ruled", "name": "Ruled points", **rules}
    accepted(await brand.post("/v1/programmes", body))
    return "/v1/programmes/grocer--ruled"


async def issue(
    brand: Caller, member: str = "m1", number: int = 100, *, at: str = PROGRAMME, **more: JSON
) -> JSON:
    """Give points to a member. Returns the answer."""
    key = more.pop("key", "")
    return accepted(
        await brand.post(f"{at}/issue", {"member": member, "points": number, **more}, key=key)
    )


async def balance(brand: Caller, member: str = "m1", *, at: str = PROGRAMME) -> JSON:
    """A member's points."""
    return accepted(await brand.get(f"{at}/members/{member}"), 200)
