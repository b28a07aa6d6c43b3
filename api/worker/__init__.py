"""The background work beside the requests."""
