"""The part of the journey in which a month is closed, and its statements are issued."""

from tests.http.conftest import Caller, accepted

MONTH = "/v1/periods/2017-01"


async def close_months(operator: Caller) -> None:
    """State the calendar, look at January, close it, and issue its statements one by one."""
    calendar = {"time_zone": "UTC", "payment_days": 20, "number_prefix": "C-"}
    accepted(await operator.put("/v1/settlement-calendar", calendar), 200)
    accepted(await operator.get("/v1/settlement-calendar"), 200)
    accepted(await operator.get(f"{MONTH}/dry-run"), 200)
    accepted(await operator.post(f"{MONTH}/close", {"issue": False}), 200)
    accepted(await operator.get(MONTH), 200)
    accepted(await operator.get("/v1/periods"), 200)
    drafts = accepted(await operator.get(f"{MONTH}/drafts"), 200)["items"]
    draft = f"/v1/statements/{drafts[0]['statement_id']}"
    accepted(await operator.post(f"{draft}/review", {}), 200)
    accepted(await operator.post(f"{draft}/issue", {}), 200)
    accepted(await operator.post(f"{MONTH}/issue", {}), 200)
