"""What was typed into a form, and what is wrong with it.

A form carries the idempotency key of its deed from the moment it is shown. So a double click, a
second tab and the back button do a deed once. Where the deed was refused, the form is shown again
with a new key, because the refusal belongs to the old one.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from litestar.datastructures import UploadFile

from api.http.auth import Call
from api.pages.guard import require_same_origin

KEY_FIELD = "_key"
KEY_LENGTH_MAX = 64
TEXT_LENGTH_MAX = 20_000


class Form:
    """The fields of a form: empty when it is first shown, or as they were sent."""

    def __init__(
        self,
        values: Mapping[str, str] | None = None,
        files: Mapping[str, UploadFile] | None = None,
        *,
        name: str = "form",
        many: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.id = name
        self._values = dict(values or {})
        self._many = dict(many or {})
        self.files = dict(files or {})
        self._wrong: dict[str, str] = {}

    @property
    def is_sent(self) -> bool:
        """Whether somebody sent it. A box that is not checked is not among what is sent."""
        return KEY_FIELD in self._values

    @property
    def key(self) -> str:
        """The idempotency key of the deed."""
        given = self._values.get(KEY_FIELD, "")
        return given if 0 < len(given) <= KEY_LENGTH_MAX and given.isascii() else new_key()

    def text(self, name: str) -> str:
        """What was typed, without spaces around it."""
        return self._values.get(name, "").strip()

    def optional(self, name: str) -> str | None:
        """What was typed, or None if that is nothing."""
        return self.text(name) or None

    def whole(self, name: str) -> int | str | None:
        """A whole number. What is none is left as it is, and the interface says what is wrong."""
        text = self.text(name)
        if not text:
            return None
        try:
            return int(text)
        except ValueError:
            return text

    def is_checked(self, name: str) -> bool:
        """Whether a box is checked."""
        return name in self._values

    def all(self, name: str) -> list[str]:
        """All values of a name that is there several times."""
        return self._many.get(name, [])

    def value(self, name: str, default: object = None) -> str:
        """What a field shows: what was typed, or its value until now."""
        if name in self._values:
            return self._values[name]
        return "" if default is None else str(default)

    def wrong(self, name: str) -> str:
        """What is wrong with a field, or nothing."""
        return self._wrong.get(name, "")

    def blame(self, problem: Mapping[str, Any] | None) -> None:
        """Note which fields a problem is about."""
        for each in (problem or {}).get("errors", ()):
            pointer = str(each.get("pointer", "")).lstrip("#/")
            if pointer:
                self._wrong[pointer.replace("/", ".")] = str(each.get("detail", ""))
        field = (problem or {}).get("field")
        if isinstance(field, str):
            self._wrong.setdefault(field, str((problem or {}).get("detail", "")))


async def read_form(request: Call, name: str = "form") -> Form:
    """The form that was sent.

    Raises:
        ForeignForm: it was not sent from a page of ours.
    """
    require_same_origin(request)
    data = await request.form()
    values: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for field, value in data.multi_items():
        if isinstance(value, UploadFile):
            files[field] = value
        else:
            text = str(value)[:TEXT_LENGTH_MAX].replace("\x00", "")
            values[field] = text
            many.setdefault(field, []).append(text)
    return Form(values, files, name=name, many=many)


def new_key() -> str:
    """An idempotency key for a form that is shown."""
    return f"form-{secrets.token_hex(12)}"
