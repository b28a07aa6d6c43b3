"""Logs: one event per line on standard error, with the request's id and without secrets.

Our own events come from structlog. What libraries log through the standard library leaves the
process in the same form. Logging never raises: what cannot be written is counted
(`api/process/log_sink.py`).
"""

import logging
import logging.config
import math
import re
import sys
import time
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO, cast

import orjson
import structlog

from api.process.access_log import access_log
from api.process.log_sink import Sink, SinkHandler

LogFormat = Literal["json", "console"]

HIDDEN = "[hidden]"
REPEAT_SECONDS = 60.0
"""How long an error is not logged again with the traceback that was logged before."""
REPEATS_MAX = 1_000
_DEPTH_MAX = 6

# The value of a field with one of these names is never written, whatever it is.
_SECRET_NAMES = frozenset(
    {
        "account",
        "authorization",
        "code",
        "cookie",
        "coupon_code",
        "key",
        "member_account",
        "proxy_authorization",
        "set_cookie",
        "signature",
        "webhook_signature",
    }
)
_SECRET_ENDINGS = ("_key", "password", "secret", "token")
# In longer texts, such as the message of an exception or a URL, secrets are found by their shape.
_SECRET_SHAPES = re.compile(
    r"cmty_[0-9A-Za-z_]+|whsec_[0-9A-Za-z+/=]+|(?<=://)[^/@\s:]*:[^/@\s]+(?=@)|(?<=Bearer )\S+"
)


def redact(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide secrets in an event, by the name of their field or by their shape, at any depth.

    This is a structlog processor.
    """
    for name, value in event.items():
        event[name] = _cleaned(name, value, 0)
    return event


def _cleaned(name: str, value: object, depth: int) -> object:
    plain = name.lower().replace("-", "_")
    if plain in _SECRET_NAMES or plain.endswith(_SECRET_ENDINGS):
        return HIDDEN if value else value
    if isinstance(value, str):
        return _SECRET_SHAPES.sub(HIDDEN, value)
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if depth >= _DEPTH_MAX:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): _cleaned(str(key), item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned("", item, depth + 1) for item in value]
    return value


class Repeats:
    """Drops an error whose traceback was logged a moment ago, and counts it.

    The next one after REPEAT_SECONDS is logged again, with the number of those in between. This is
    a structlog processor.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], tuple[float, int]] = {}

    def __call__(
        self, _logger: object, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Let an event pass.

        Raises:
            DropEvent: the same error was logged a moment ago.
        """
        error = _exception_of(event.get("exc_info"))
        if error is None:
            return event
        place = traceback.extract_tb(error.__traceback__, limit=-1)
        where = f"{place[0].filename}:{place[0].lineno}" if place else ""
        key = (str(event.get("event")), type(error).__name__, where)
        now = time.monotonic()
        said_at, dropped = self._seen.get(key, (-math.inf, 0))
        if now - said_at < REPEAT_SECONDS:
            self._seen[key] = (said_at, dropped + 1)
            raise structlog.DropEvent
        if len(self._seen) >= REPEATS_MAX:
            self._seen.clear()
        self._seen[key] = (now, 0)
        if dropped:
            event["repeated"] = dropped
        return event


def _exception_of(given: object) -> BaseException | None:
    if isinstance(given, tuple) and len(given) > 1:
        given = given[1]
    return given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None


def _shared_processors() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        Repeats(),
    ]


def _renderers(log_format: LogFormat) -> list[structlog.typing.Processor]:
    # Local variables stay out of tracebacks, because they hold the secrets.
    if log_format == "console":
        # Colours are for terminals. In a pipe or a file they are noise.
        plain = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        return [structlog.processors.format_exc_info, redact, plain]
    return [
        structlog.processors.format_exc_info,
        redact,
        structlog.processors.JSONRenderer(serializer=_json),
    ]


def _json(event: object, **_options: object) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure_logging(*, level: str, log_format: LogFormat) -> None:
    """Send the events of structlog and of the standard library to standard error.

    Call it once, when a process starts.
    """
    sink = Sink(sys.stderr)
    processors = [*_shared_processors(), *_renderers(log_format)]
    structlog.configure(
        processors=processors,
        wrapper_class=_safe_logger(logging.getLevelNamesMapping()[level.upper()], sink),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", sink)),
        cache_logger_on_first_use=True,
    )
    is_plain = (
        log_format == "json" and logging.getLevelNamesMapping()[level.upper()] <= logging.INFO
    )
    access_log.open(sink if is_plain else None, processors)
    logging.config.dictConfig(logging_config(level=level, log_format=log_format))


def _safe_logger(level: int, sink: Sink) -> type[Any]:
    """A logger that raises nothing, and says how many lines were lost once it can write again."""
    filtering: Any = structlog.make_filtering_bound_logger(level)

    class SafeLogger(filtering):  # type: ignore[misc]
        def _proxy_to_logger(
            self, method_name: str, event: str | None = None, *arguments: Any, **fields: Any
        ) -> Any:
            lost = sink.unsaid
            try:
                super()._proxy_to_logger(method_name, event, *arguments, **fields)
            except Exception:  # noqa: BLE001 - an event that cannot be put into words is lost, too
                sink.drop()
            if lost and sink.unsaid == lost:
                sink.unsaid = 0
                self._proxy_to_logger("warning", "log_lines_dropped", count=lost)

    return SafeLogger


def stderr_handler() -> logging.Handler:
    """The handler of the standard library's half."""
    return SinkHandler(Sink(sys.stderr))


def logging_config(*, level: str, log_format: LogFormat) -> dict[str, Any]:
    """The configuration of the standard library's half.

    It is a dictionary, as Granian hands it to its server processes.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {"()": "api.process.logs.event_formatter", "log_format": log_format}
        },
        "handlers": {
            "stderr": {
                "()": "api.process.logs.stderr_handler",
                "formatter": "event",
            },
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            # At "info" these log every request or statement, as our own events already do.
            name: {"level": "WARNING"}
            for name in (
                "httpx2",
                "httpcore2",
                "sqlalchemy",
                "asyncio",
                "alembic",
                "granian.access",
            )
        },
    }


def event_formatter(log_format: LogFormat) -> logging.Formatter:
    """The formatter that makes a record of the standard library look like one of our events."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared_processors(), structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_renderers(log_format),
        ],
    )
