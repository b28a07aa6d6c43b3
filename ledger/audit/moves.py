"""What an operation of each kind may move: `checks` holds the journal against it."""

from ledger.asks.operation import OperationKind
from ledger.decide.wallet import (
    ADJUSTMENT,
    BREAKAGE,
    CLEARING,
    CONVERTED_IN,
    CONVERTED_OUT,
    DEBT,
    HELD,
    ISSUANCE,
    REDEMPTION,
    TRANSIT,
    WALLET,
)

MOVES: dict[OperationKind, dict[tuple[int, int], int]] = {
    OperationKind.ISSUE: {(ISSUANCE, WALLET): 1, (ISSUANCE, DEBT): 1, (WALLET, BREAKAGE): 0},
    OperationKind.REDEEM: {(WALLET, REDEMPTION): 1, (WALLET, BREAKAGE): 0},
    OperationKind.HOLD: {(WALLET, HELD): 1, (WALLET, BREAKAGE): 0},
    OperationKind.CAPTURE: {(HELD, REDEMPTION): 1, (HELD, WALLET): 0},
    OperationKind.RELEASE: {(HELD, WALLET): 1},
    OperationKind.EXPIRE: {(WALLET, BREAKAGE): 1},
    OperationKind.EXPIRE_BOOK: {},
    OperationKind.SWEEP: {(WALLET, BREAKAGE): 1},
    OperationKind.REVERSE: {(REDEMPTION, WALLET): 1, (WALLET, ISSUANCE): 1, (DEBT, ISSUANCE): 1},
    OperationKind.GIFT: {(WALLET, TRANSIT): 1, (WALLET, BREAKAGE): 0},
    OperationKind.RECEIVE: {(TRANSIT, WALLET): 1, (WALLET, BREAKAGE): 0},
    OperationKind.ADJUST: {
        (ADJUSTMENT, WALLET): 1,
        (ADJUSTMENT, DEBT): 1,
        (WALLET, ADJUSTMENT): -1,
        (WALLET, BREAKAGE): 0,
    },
    OperationKind.CONVERT: {(WALLET, CLEARING): 1, (WALLET, BREAKAGE): 0},
    # From ISSUANCE and to REDEMPTION: conversions from before they had accounts of their own.
    OperationKind.CREDIT: {
        (CONVERTED_IN, WALLET): 1,
        (CONVERTED_IN, DEBT): 1,
        (ISSUANCE, WALLET): 1,
        (ISSUANCE, DEBT): 1,
        (WALLET, BREAKAGE): 0,
    },
    OperationKind.END_CONVERSION: {
        (CLEARING, CONVERTED_OUT): 1,
        (CLEARING, REDEMPTION): 1,
        (CLEARING, WALLET): 1,
    },
    OperationKind.MERGE: {(WALLET, TRANSIT): 1, (TRANSIT, DEBT): 0, (WALLET, BREAKAGE): 0},
    OperationKind.ABSORB: {(TRANSIT, WALLET): 1, (DEBT, TRANSIT): 0, (WALLET, BREAKAGE): 0},
}
"""Every move an operation may make, from account to account.

The number tells how it counts for the operation's points: what lapses on the way does not.
"""
