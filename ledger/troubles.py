"""Trouble that lasts is said once when it begins, once a minute with a count, and once at its end.

A supplier that is away or a disk that is full fails every attempt. A line for each would hide what
else happens, and fill the disk once more.
"""

import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

REMIND_SECONDS = 60.0
"""How often trouble that lasts is said again. Trouble that comes and goes is said no more often."""
SUBJECTS_MAX = 10_000


@dataclass(slots=True)
class _Spell:
    """Trouble with one subject. `said_at` tells when each kind of error was last said."""

    began_at: float
    count: int = 0
    is_over: bool = False
    is_said: bool = False
    said_at: dict[str, float] = field(default_factory=dict)


class Troubles:
    """The troubles of one kind, by their subject."""

    def __init__(self, log: Any, began: str, ended: str) -> None:
        """`began` and `ended` are the events that are logged."""
        self._log = log
        self._began = began
        self._ended = ended
        self._spells: dict[Hashable, _Spell] = {}

    def met(
        self,
        subject: Hashable,
        error: str,
        /,
        *,
        exception: BaseException | None = None,
        **fields: object,
    ) -> None:
        """An attempt failed. `exception` is logged with its traceback, as an error."""
        now = time.monotonic()
        spell = self._spells.get(subject)
        if spell is None or (spell.is_over and now - spell.began_at >= REMIND_SECONDS):
            if len(self._spells) >= SUBJECTS_MAX:
                self._spells.clear()
            spell = self._spells[subject] = _Spell(now)
        elif spell.is_over:
            spell.is_over = spell.is_said = False
        spell.count += 1
        said_at = spell.said_at.get(error)
        if said_at is not None and now - said_at < REMIND_SECONDS:
            return
        if spell.count > 1:
            fields |= {"count": spell.count, "for_seconds": round(now - spell.began_at)}
        spell.said_at[error] = now
        spell.is_said = True
        if exception is None:
            self._log.warning(self._began, error=error, **fields)
        else:
            self._log.error(self._began, error=error, exc_info=exception, **fields)

    def over(self, subject: Hashable, /, **fields: object) -> None:
        """An attempt succeeded. The end is said if the beginning was."""
        spell = self._spells.get(subject)
        if spell is None or spell.is_over:
            return
        spell.is_over = True
        if spell.is_said:
            lasted = round(time.monotonic() - spell.began_at)
            self._log.warning(self._ended, count=spell.count, for_seconds=lasted, **fields)
