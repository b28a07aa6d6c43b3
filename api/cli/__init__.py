"""The `comity` command."""
