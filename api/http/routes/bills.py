"""What parties need for their books: who they are on invoices, and the bill of each day."""

import tempfile
from pathlib import Path
from typing import Annotated

from litestar import get, put
from litestar.params import FromPath, JSONBody, PathParameter
from litestar.response import Stream
from pydantic_core import PydanticCustomError

from api.http.acting import party_acted_for
from api.http.auth import SLOW, SUPPLIER_OR_OPERATOR, Call, context_of
from api.http.deeds import changing, note_change
from api.http.problems import invalid_at
from api.http.schemas.bills import BillingProfileAnswer, BillingProfileBody
from api.http.schemas.types import read_day
from api.http.sending import send_file
from ledger import read_clock
from settlement.files import (
    BillingProfile,
    StatedProfile,
    find_profile,
    give_daily_bill,
    state_profile,
)

TAGS = ["billing"]
DAILY_MEDIA_TYPE = "application/gzip"

DayInPath = Annotated[
    str, PathParameter(description="The day of the settlement calendar, like 2017-01-31.")
]


def _render(party: str, stated: StatedProfile) -> BillingProfileAnswer:
    profile = stated.profile
    return {
        "party": party,
        "version": stated.version,
        "legal_name": profile.legal_name,
        "credit_code": profile.credit_code,
        "address": profile.address,
        "phone": profile.phone,
        "bank": profile.bank,
        "bank_account": profile.bank_account,
        "stated_at": stated.stated_at,
    }


@get("/v1/parties/{party:str}/billing-profile", tags=TAGS)
async def billing_profile(request: Call, party: FromPath[str]) -> BillingProfileAnswer:
    """Who a party is on invoices. A party sees its own, the operator everybody's."""
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        return _render(owner.code, await find_profile(connection, owner.party_id))


@put("/v1/parties/{party:str}/billing-profile", tags=TAGS)
async def put_billing_profile(
    request: Call, party: FromPath[str], data: JSONBody[BillingProfileBody]
) -> BillingProfileAnswer:
    """State who a party is on invoices: its legal name, company number, address and bank.

    Statements that were issued before keep what was stated then.
    """
    async with changing(request, context_of(request).database) as connection:
        owner = await party_acted_for(request, connection, party)
        now = await read_clock(connection)
        stated = await state_profile(
            connection, owner.party_id, BillingProfile(**data.__dict__), now
        )
        await note_change(request, connection, None)
    return _render(owner.code, stated)


@get(
    "/v1/parties/{party:str}/daily-bills/{day:str}",
    guards=[SUPPLIER_OR_OPERATOR],
    opt={"answers": (DAILY_MEDIA_TYPE,), "sha256": True, **SLOW},
    tags=TAGS,
)
async def daily_bill(request: Call, party: FromPath[str], day: DayInPath) -> Stream:
    """The bill of a supplier's day, as a zipped CSV in the layout of payment platforms.

    It is made when it is first asked for, once the day is over and its uses are rated. From then on
    it stays as it is: whoever asks again gets the same bytes.
    """
    try:
        asked = read_day(day)
    except PydanticCustomError as error:
        raise invalid_at("/day", error.message()) from error
    with tempfile.TemporaryDirectory(prefix="comity-daily-bill-") as directory:
        async with context_of(request).database.transaction() as connection:
            owner = await party_acted_for(request, connection, party)
            now = await read_clock(connection)
            bill = await give_daily_bill(connection, owner, asked, now, Path(directory) / "bill")
        return send_file(
            bill.path, name=bill.file_name, media_type=DAILY_MEDIA_TYPE, sha256=bill.sha256
        )


ROUTES = [billing_profile, put_billing_profile, daily_bill]
