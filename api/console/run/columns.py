"""The columns of lists as CSV, by their headings. A heading is translated where it is written."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from api.console.run.words import gettext as _
from api.pages.export import Column


def _last_answer(row: Mapping[str, Any]) -> object:
    """The status that the last attempt was answered with, or why there was no answer."""
    last = row["attempts"][-1] if row["attempts"] else None
    return last and (last["status"] or last["problem"])


AUDIT_LOG: Mapping[str, Column] = {
    _("Time"): itemgetter("recorded_at"),
    _("Actor"): itemgetter("actor"),
    _("Party"): itemgetter("party"),
    _("Action"): itemgetter("action"),
    _("Object"): itemgetter("object"),
    _("Idempotency key"): itemgetter("key"),
    _("Request"): itemgetter("request_id"),
}
DELIVERIES: Mapping[str, Column] = {
    _("Event"): itemgetter("event"),
    _("Number"): itemgetter("sequence"),
    _("Type"): itemgetter("type"),
    _("State"): itemgetter("state"),
    _("When"): itemgetter("created_at"),
    _("Ended at"): itemgetter("ended_at"),
    _("Attempts"): lambda row: len(row["attempts"]),
    _("Last answer"): _last_answer,
}
REJECTED_USES: Mapping[str, Column] = {
    _("Programme"): itemgetter("programme"),
    _("About"): itemgetter("topic"),
    _("Why"): itemgetter("reason"),
    _("Since"): itemgetter("rejected_at"),
}
