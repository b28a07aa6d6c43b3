"""The work that goes on behind the requests, and how long the books were not proved."""

from datetime import timedelta

from api.doctor.finding import Finding, sound, trouble, warning
from api.process.last_verify import identity, read_verify
from api.process.probe import OVERDUE_SECONDS
from api.settings import Settings
from ledger import Database, heartbeats, outbox, read_clock
from ledger.audit import last_seal_seconds, oldest_record_seconds, unsealed_seconds

UNSEALED_DAYS_MAX = 7
"""A record that no seal covers for longer is to be sealed."""
UNVERIFIED_DAYS_MAX = 35
"""Books that were not verified for longer are to be verified."""
_DAY_SECONDS = 86_400


async def check_outbox(database: Database) -> Finding:
    """No message may have been due for too long."""
    async with database.transaction() as connection:
        topics = await outbox.overdue(connection, OVERDUE_SECONDS)
        ages = await outbox.ages(connection)
    if topics:
        oldest = timedelta(seconds=round(max(ages.get(topic, 0.0) for topic in topics)))
        return trouble(
            "outbox",
            f"messages of {', '.join(topics)} are overdue, the oldest is {oldest} old",
            "See that comity serve or comity worker runs, and look for worker_trouble in its log",
        )
    waiting = f"the oldest message is {max(ages.values()):.0f} s old" if ages else "nothing waits"
    return sound("outbox", waiting)


async def check_workers(database: Database) -> Finding:
    """A process that has fallen silent was killed, or hangs."""
    async with database.transaction() as connection:
        workers = await heartbeats.load_workers(connection)
    silent = [worker.process for worker in workers if worker.is_silent]
    if silent and len(silent) == len(workers):
        return warning(
            "workers",
            f"{', '.join(silent)} gave no sign of life for too long, and no other process works",
            "Start comity serve or comity worker again",
        )
    if silent:
        return warning(
            "workers",
            f"{', '.join(silent)} gave no sign of life for too long",
            "If it still runs, restart it; if it was killed, it is forgotten in ten minutes",
        )
    if not workers:
        return sound("workers", "the service does not run now")
    return sound(
        "workers", f"{_count(len(workers), 'process works', 'processes work')} in the background"
    )


async def check_seal(database: Database) -> Finding:
    """Records are sealed now and then, or the seals prove little."""
    async with database.transaction() as connection:
        last, unsealed = await last_seal_seconds(connection), await unsealed_seconds(connection)
    told = "there is no seal yet" if last is None else f"the last seal is {_days(last)} old"
    if unsealed is not None and unsealed > UNSEALED_DAYS_MAX * _DAY_SECONDS:
        return warning(
            "seal",
            f"{told}, and a record is {_days(unsealed)} old that no seal covers",
            "Run comity seal --heads FILE every day, and keep the files elsewhere",
        )
    return sound("seal", told)


async def check_verify(database: Database, settings: Settings) -> Finding:
    """The books are verified now and then, and nothing was found."""
    async with database.transaction() as connection:
        now, oldest = await read_clock(connection), await oldest_record_seconds(connection)
        last = read_verify(settings, await identity(connection))
    if last is not None and last.defects_count:
        return trouble(
            "verify",
            f"{last.defects_count} defects were found at {last.verified_at:%Y-%m-%d %H:%M} UTC",
            "Run comity verify, and look into what it names before you change anything",
        )
    since = oldest if last is None else (now - last.verified_at).total_seconds()
    told = "never verified on this machine" if last is None else "verified"
    if since is not None and since > UNVERIFIED_DAYS_MAX * _DAY_SECONDS:
        return warning(
            "verify",
            f"the books were {told}" + ("" if last is None else f" {_days(since)} ago"),
            "Run comity verify now, and then at least once a month",
        )
    if last is None:
        return sound("verify", "the books are young, and were not verified yet")
    return sound("verify", f"the books were sound {_days(since or 0)} ago")


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _days(seconds: float) -> str:
    days = int(seconds // _DAY_SECONDS)
    return _count(days, "day", "days") if days else f"{timedelta(seconds=int(seconds))}"
