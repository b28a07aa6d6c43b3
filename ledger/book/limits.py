"""How much a wallet may hold."""

LOTS_PER_WALLET_MAX = 1_000
BALANCE_MAX = 10**15
