"""What the description says of each operation on contracts and rate cards."""

from api.http.described_row import described as _row

_NOT_DRAFT = "rate-card-not-found rate-card-not-draft"

CARDS = {
    "add_contract": _row(
        "add_contract",
        "Set what a use costs",
        "contract-invalid contract-overlaps four-eyes-required party-not-found",
    ),
    "contracts": _row("list_contracts", "List the contracts of the party"),
    "end_one_contract": _row(
        "end_contract",
        "End a contract",
        "contract-end-refused contract-not-found rate-in-closed-month",
    ),
    "add_rate_card": _row(
        "add_rate_card",
        "Write a rate card",
        "contract-invalid party-not-found rate-card-invalid",
    ),
    "publish_rate_card": _row(
        "publish_rate_card",
        "Publish a rate card",
        f"{_NOT_DRAFT} contract-overlaps four-eyes-required rate-in-closed-month",
    ),
    "withdraw_rate_card": _row("withdraw_rate_card", "Give up a draft of a rate card", _NOT_DRAFT),
    "rate_cards": _row("list_rate_cards", "List the rate cards of the party"),
    "rate_card_by_id": _row("get_rate_card", "Get a rate card", "rate-card-not-found"),
}
