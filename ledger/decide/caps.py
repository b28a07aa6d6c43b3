"""Caps: what one member may be issued or may redeem in a window of the programme's calendar."""

from datetime import date

from ledger.asks.refusals import CapExceeded
from ledger.book.rules import Capped, Rules
from ledger.decide.wallet import Wallet


def require_within_caps(
    rules: Rules, wallet: Wallet | None, kind: Capped, points: int, day: date
) -> None:
    """Refuse what would exceed one of the programme's caps.

    Raises:
        CapExceeded: a cap would be exceeded. The first one is named.
    """
    for cap in rules.caps:
        if cap.kind is kind:
            used = _used(wallet, f"{kind}/{cap.window}", cap.window.start(day))[1]
            if used + points > cap.points:
                raise CapExceeded(
                    f"{used} of {cap.points} points are used up in this {cap.window}",
                    capped=kind.value,
                    window=cap.window.value,
                    cap=cap.points,
                    used=used,
                )


def count(rules: Rules, wallet: Wallet, kind: Capped, points: int, day: date) -> None:
    """Count points against the caps of their kind."""
    for cap in rules.caps:
        if cap.kind is kind and points:
            name = f"{kind}/{cap.window}"
            start, used = _used(wallet, name, cap.window.start(day))
            wallet.usage = {**(wallet.usage or {}), name: (start, used + points)}


def uncount(rules: Rules, wallet: Wallet, kind: Capped, points: int, day: date) -> None:
    """Take points that were counted on `day` out of the count of their kind again.

    This concerns only caps that still count in the same window.
    """
    for cap in rules.caps:
        name = f"{kind}/{cap.window}"
        counted = (wallet.usage or {}).get(name)
        if cap.kind is kind and counted is not None and counted[0] == cap.window.start(day):
            wallet.usage = {**(wallet.usage or {}), name: (counted[0], max(counted[1] - points, 0))}


def join(target: Wallet, source: Wallet) -> None:
    """Count for one wallet what was counted for another, which is merged into it.

    Of two windows the later one counts, as it does when time goes on.
    """
    usage = dict(target.usage or {})
    for name, (start, used) in (source.usage or {}).items():
        counted = usage.get(name)
        if counted is None or counted[0] < start:
            usage[name] = (start, used)
        elif counted[0] == start:
            usage[name] = (start, counted[1] + used)
    if usage:
        target.usage = usage


def _used(wallet: Wallet | None, name: str, start: date) -> tuple[date, int]:
    """The first day of the window that counts, and the points used in it.

    An operation dated before that window counts in it, too.
    """
    counted = wallet.usage.get(name) if wallet is not None and wallet.usage is not None else None
    return (start, 0) if counted is None or counted[0] < start else counted
