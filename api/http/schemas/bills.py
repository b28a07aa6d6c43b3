"""Who a party is on invoices."""

from datetime import datetime
from typing import Annotated, TypedDict

from pydantic import Field

from api.http.schemas.bill_patterns import CREDIT_CODE_PATTERN
from api.http.schemas.types import NAME_PATTERN, Body
from settlement.files import (
    ACCOUNT_LENGTH_MAX,
    ADDRESS_LENGTH_MAX,
    BANK_LENGTH_MAX,
    CREDIT_CODE_LENGTH,
    LEGAL_NAME_LENGTH_MAX,
    PHONE_LENGTH_MAX,
)


def _text(length_max: int) -> object:
    return Field(min_length=1, max_length=length_max, pattern=NAME_PATTERN)


class BillingProfileBody(Body):
    """What invoices say of a party. It takes the place of what was stated before."""

    legal_name: Annotated[str, _text(LEGAL_NAME_LENGTH_MAX)]
    credit_code: (
        Annotated[
            str,
            Field(
                min_length=CREDIT_CODE_LENGTH,
                max_length=CREDIT_CODE_LENGTH,
                pattern=CREDIT_CODE_PATTERN,
            ),
        ]
        | None
    ) = None
    address: Annotated[str, _text(ADDRESS_LENGTH_MAX)] | None = None
    phone: Annotated[str, _text(PHONE_LENGTH_MAX)] | None = None
    bank: Annotated[str, _text(BANK_LENGTH_MAX)] | None = None
    bank_account: Annotated[str, _text(ACCOUNT_LENGTH_MAX)] | None = None


class BillingProfileAnswer(TypedDict):
    """What invoices say of a party, in its newest version."""

    party: str
    version: int
    legal_name: str
    credit_code: str | None
    address: str | None
    phone: str | None
    bank: str | None
    bank_account: str | None
    stated_at: datetime
