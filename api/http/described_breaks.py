"""What the description says of each operation on what reconciliations found."""

from api.http.described_row import described as _row

_FOUND = "reconciliation-not-found"
_WORK = "break-not-found reconciliation-locked"

BREAKS = {
    "reconciliations": _row(
        "list_reconciliations", "List the reconciliations", "month-invalid party-not-found"
    ),
    "reconciliation_by_id": _row("get_reconciliation", "Get a reconciliation", _FOUND),
    "breaks": _row("list_breaks", "List the breaks of a reconciliation", _FOUND),
    "matches": _row("list_matches", "List the matches of a reconciliation", _FOUND),
    "sign": _row(
        "sign_reconciliation",
        "Sign a reconciliation",
        f"{_FOUND} reconciliation-locked breaks-open",
    ),
    "break_by_id": _row("get_break", "Get a break", "break-not-found"),
    "break_steps": _row("list_break_steps", "List what was done with a break", "break-not-found"),
    "assign": _row("assign_break", "Say who works on a break", _WORK),
    "comment": _row("add_break_comment", "Say something about a break", _WORK),
    "resolve_one_break": _row(
        "resolve_break", "Resolve a break", f"{_WORK} break-not-open resolution-invalid"
    ),
}
