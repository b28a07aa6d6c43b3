"""What the description says of each operation on points as a liability."""

from api.http.described_row import described as _row

_NAMES = "programme-not-found"
_MONTH = f"{_NAMES} month-invalid month-not-kept"

LIABILITY = {
    "liability_months": _row("list_liability_months", "List the frozen months", _NAMES),
    "liability": _row(
        "get_liability", "Get the roll-forward of a month", f"{_MONTH} month-not-begun"
    ),
    "freeze_month": _row(
        "freeze_liability",
        "Freeze a month of points",
        f"{_MONTH} month-not-over liability-freezing liability-untied",
    ),
    "liability_estimates": _row("list_liability_estimates", "List the estimates", _NAMES),
    "add_liability_estimate": _row(
        "add_liability_estimate",
        "Propose an estimate",
        f"{_NAMES} estimate-invalid estimate-too-late experience-too-short",
    ),
    "approve_liability_estimate": _row(
        "approve_liability_estimate",
        "Approve an estimate",
        f"{_NAMES} estimate-not-found estimate-own estimate-too-late",
    ),
    "liability_ladder": _row(
        "get_liability_ladder",
        "Get how points are redeemed by age",
        _NAMES,
    ),
    "liability_what_if": _row(
        "get_liability_what_if",
        "Ask what another redeem rate would cost",
        f"{_MONTH} month-not-begun liability-not-valued",
    ),
    "liability_journal": _row(
        "download_liability_journal",
        "Download the entries for the general ledger",
        f"{_MONTH} month-not-begun month-not-frozen liability-not-valued journal-too-long",
    ),
    "liability_settings": _row(
        "get_liability_settings", "Get what a programme asks of its liability", _NAMES
    ),
    "set_liability_settings": _row(
        "set_liability_settings",
        "Set what a programme asks of its liability",
        f"{_NAMES} four-eyes-asked",
    ),
}
