"""What the operator sets of members: how long accounts are kept, and whose the domain is."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field


def _require_folder(value: str) -> str:
    if value and not Path(value).is_dir():
        message = f"{value} is no directory"
        raise ValueError(message)
    return value


AccountDays = Annotated[
    int,
    Field(
        ge=0,
        le=3650,
        description="days that a member's account for a direct recharge is kept after the order "
        "has ended",
    ),
]
VerifyDir = Annotated[
    str,
    AfterValidator(_require_folder),
    Field(
        description="a directory with the files by which WeChat sees that the domain is yours; "
        "they are served at /. Empty: there are none"
    ),
]
