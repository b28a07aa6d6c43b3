"""What the description says of each operation on events, webhook endpoints and deliveries."""

from api.http.described_row import described as _row

_URL = "endpoint-invalid endpoint-not-allowed event-type-unknown"
_KNOWN = "webhook-endpoint-not-found"

EVENTS = {
    "event_types": _row("list_event_types", "List the types of events"),
    "asked_event_types": _row(
        "get_programme_event_types",
        "Get which events of a programme's points are told",
        "programme-not-found",
    ),
    "put_asked_event_types": _row(
        "set_programme_event_types",
        "Have events of a programme's points told",
        "programme-not-found event-type-unknown",
    ),
    "events": _row("list_events", "List what your own party was told"),
    "event_by_id": _row("get_event", "Get an event", "event-not-found"),
    "event_stream": _row(
        "follow_events", "Follow events as they come", "event-not-found too-many-streams"
    ),
    "add_endpoint": _row(
        "add_webhook_endpoint",
        "Have events sent to an address",
        f"{_URL} too-many-webhook-endpoints vault-broken",
    ),
    "webhook_endpoints": _row("list_webhook_endpoints", "List your own webhook endpoints"),
    "webhook_endpoint": _row("get_webhook_endpoint", "Get a webhook endpoint", _KNOWN),
    "put_webhook_endpoint": _row(
        "set_webhook_endpoint", "Change a webhook endpoint", f"{_KNOWN} {_URL}"
    ),
    "remove_endpoint": _row("remove_webhook_endpoint", "Remove a webhook endpoint", _KNOWN),
    "rotate_secret": _row(
        "rotate_webhook_secret",
        "Replace the secret of a webhook endpoint",
        f"{_KNOWN} vault-broken",
    ),
    "ping_endpoint": _row(
        "test_webhook_endpoint",
        "Send a test event to a webhook endpoint",
        f"{_KNOWN} webhook-endpoint-disabled",
    ),
    "replay_failed_deliveries": _row(
        "replay_failed_deliveries",
        "Send what a webhook endpoint did not get",
        f"{_KNOWN} webhook-endpoint-disabled",
    ),
    "deliveries": _row("list_deliveries", "List what was sent to your webhook endpoints"),
    "frame_origins": _row("get_frame_origins", "See who may frame the member pages"),
    "put_frame_origins": _row("set_frame_origins", "Say who may frame the member pages"),
    "replay_one": _row(
        "replay_delivery",
        "Send an event to its endpoint again",
        "delivery-not-found webhook-endpoint-disabled",
    ),
}
"""The rows, by the name of the handler."""
