"""What the members about payments, netting and the journal of money mean: a part of `glossary`."""

from collections.abc import Mapping

MONEY_WORDS: Mapping[str, str] = {
    "payment_id": "The number of the payment.",
    "PaymentBody.statement_id": "The final statement that was paid; null for a netting run.",
    "PaymentBody.netting_id": "The netting run of which a position was paid; null for none.",
    "PaymentBody.party": "For a netting run: the party whose position was paid.",
    "PaymentBody.amount_minor": "How much was paid, in minor units.",
    "PaymentBody.reference": "What the bank or the payer calls it; null for nothing.",
    "PaymentAnswer.kind": "A payment, or a write_off: what need not be paid.",
    "PaymentAnswer.statement_id": "The statement that was paid; null for a netting run.",
    "PaymentAnswer.netting_id": "The netting run of which a position was paid; null for none.",
    "PaymentAnswer.party": "The party whose position was paid; null for a statement.",
    "PaymentAnswer.amount_minor": (
        "How much, in minor units. A write-off below zero adds to what is due."
    ),
    "PaymentAnswer.reference": "What the bank or the payer calls it; null for nothing.",
    "payer_party": "The code of the party that pays.",
    "payee_party": "The code of the party that is paid.",
    "paid_on": "The day of the payment, in the settlement calendar.",
    "carried_minor": "What is in dispute, and so not due yet, in minor units.",
    "DueAnswer.paid_minor": "What the payer has paid, less what the payee has, in minor units.",
    "NettingPositionAnswer.paid_minor": (
        "What the party got, or has paid if it is below zero, in minor units."
    ),
    "DueAnswer.netted_minor": "What confirmed netting runs have set off, in minor units.",
    "PositionAnswer.netted_minor": (
        "What it still gets from netting runs, or pays if it is below zero, in minor units."
    ),
    "written_off_minor": "What was written off, in minor units.",
    "DueAnswer.due_minor": (
        "What the payer has to pay now, or the payee if it is below zero, in minor units."
    ),
    "NettingPositionAnswer.due_minor": (
        "What the party still gets, or pays if it is below zero, in minor units."
    ),
    "DueAnswer.netting_id": "The run that nets the statement, until it is paid; null for none.",
    "netting_id": "The number of the netting run.",
    "positions": "One for each party, and in each currency.",
    "NettingAnswer.positions": "One for each party that the caller may see.",
    "open_minor": ("What its statements come to that are neither paid nor netted, in minor units."),
    "closure_on": "The last day on which a statement of the run was issued.",
    "advice_on": "The day on which the parties are told their positions.",
    "call_on": "The day up to which positions are paid.",
    "revision": "How often the run was posted: once more for each party that did not pay.",
    "drafted_at": "When the run was drafted.",
    "NettingAnswer.state": "How far the run is.",
    "NettingPartyBody.party": "The code of the party that is taken out.",
    "claims_minor": "What the others owe it by the statements of the run, in minor units.",
    "debts_minor": "What it owes the others by them, in minor units.",
    "position_minor": "What it gets, or pays if it is below zero, in minor units.",
    "taken_out": "Why it is not in the run any more; null if it is.",
    "NettedStatementAnswer.amount_minor": "What was due for it, in minor units.",
    "NettedStatementAnswer.state": "Whether it is to be netted, or is, or was taken out.",
    "entry": "The number of the entry, without gaps in its currency.",
    "JournalEntryAnswer.kind": "Which event of business posted it.",
    "posted_on": "The day on which it was posted, in the settlement calendar.",
    "document": "What it follows from: the number of a statement, or a netting run.",
    "JournalEntryAnswer.key": "What it is posted once for.",
    "transfers": "What moves from account to account.",
    "from_account": "The account that gives it: bank, open:PARTY or net:PARTY.",
    "to_account": "The account that gains it.",
    "TransferAnswer.amount_minor": "How much, in minor units.",
    "JournalEntryAnswer.sha256": "The link of the book's chain up to it.",
    "?netting_id": "The number of a netting run.",
    "?currency": "The currency of the book.",
}
