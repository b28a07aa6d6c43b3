"""What an operation does to the wallets of a lane: pure decisions, without I/O or a clock."""
