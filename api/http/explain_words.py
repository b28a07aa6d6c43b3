"""What the members about explained lines and simulations mean: a part of `glossary`."""

from collections.abc import Mapping

EXPLAIN_WORDS: Mapping[str, str] = {
    "ExplainedLinesAnswer.lines": "The lines, by leg.",
    "ExplainedLineAnswer.line": "The line: book, use, leg and kind.",
    "late": "Whether the use is of an earlier month than its line.",
    "ExplainedLineAnswer.statement": "The number of its statement; null before that is issued.",
    "ExplainedLineAnswer.card": "What it was rated by.",
    "ExplainedCardAnswer.contract_id": "The contract.",
    "ExplainedCardAnswer.version": "The version of the contract.",
    "ExplainedCardAnswer.card_id": "The rate card; null for a contract of two rates.",
    "ExplainedCardAnswer.sha256": (
        "The SHA-256 of the card's document; null where the caller does not see all of it."
    ),
    "inputs": "What it was rated from.",
    "ExplainedInputsAnswer.used_on": "The day of the use, by the settlement calendar.",
    "face_minor": "The face value of the right, in minor units.",
    "paid_minor": "What the member paid at the till, in minor units; null if not told.",
    "ExplainedInputsAnswer.points": "The points of a conversion; null for a use.",
    "steps": "What was done to the inputs, one step after the other.",
    "period_lines": "The lines of the period of which it has a share.",
    "SharedLineAnswer.id": "What names the line of the period.",
    "SharedLineAnswer.kind": "What it is for, like tier or cap.",
    "calculation": "How the amount comes about.",
    "effective_minor": "What it comes to with its share of the period, in minor units.",
    "net_minor": "What it comes to without tax, in minor units.",
    "replay": "Whether rating it again gives the same amount.",
    "SimulateCardBody.card": "The rate card's document.",
    "SimulateCardBody.months": "The months, like 2017-01.",
    "CardSimulationAnswer.months": "What would change, by month, payer and payee.",
    "largest": "The uses that would change most.",
    "CardSimulationAnswer.uses": "How many uses were rated.",
    "CardSimulationAnswer.waiting": "How many of them lack what the card asks for.",
    "UseChangeAnswer.uses": "How many uses are alike.",
    "example": "One of them: its book and its number.",
    "now_minor": "What was billed, in minor units, without added tax.",
    "then_minor": "What would have been billed, in minor units, without added tax.",
    "difference_minor": "What more it would have been, in minor units.",
    "?book_id": "The number of the programme's book.",
    "?use_id": "The number of the use.",
}
