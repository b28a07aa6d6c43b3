"""Users of the console, as the journey and the list of changes manage them by the interface."""

from tests.http.conftest import Caller, accepted

LI = {"email": "li@grocer.example", "name": "Li", "role": "marketer"}


async def use_users(operator: Caller, brand: Caller) -> None:
    """Each address for users once, by the party itself and by the operator."""
    user = accepted(await brand.post("/v1/users", LI))
    path = f"/v1/users/{user['user_id']}"
    accepted(await operator.get("/v1/users", party="grocer"), 200)
    accepted(await brand.get(path), 200)
    roles = {"roles": ["marketer", "brand_finance"]}
    accepted(await brand.put(f"{path}/roles", roles), 200)
    accepted(await brand.post(f"{path}/invitation"), 200)
    accepted(await brand.post(f"{path}/disable"), 200)
    accepted(await operator.post(f"{path}/remove", party="grocer"), 200)
    accepted(await operator.get("/v1/parties/cinema/trust"), 200)
