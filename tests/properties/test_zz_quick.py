import os, pytest, re
from hypothesis import Phase
from sqlalchemy import text
from tests.properties import ledger_machine
from tests.properties.ledger_machine import run_histories, LedgerMachine


async def _verify(self, book):
    defects = await ORIG(self, book)
    defects = [d for d in defects if not (os.environ.get("SKIP") and d.check.startswith("every operation moves"))]
    if defects:
        async with self.database.transaction() as c:
            for d in defects:
                print("DEFECT", d)
                m = re.search(r"(\d+)-(\d+)", d.where)
                if m:
                    for r in await c.execute(
                        text(
                            "select to_jsonb(j) from ledger.journal j where book_id=:b and lane=:l and (seq=:s or subject=(:s<<8|:l)) order by seq, part"
                        ),
                        dict(b=book.programme.book_id, l=int(m[1]), s=int(m[2])),
                    ):
                        print({k: v for k, v in r[0].items() if v is not None})
    return defects


from tests.properties.oracle import Oracle, Said
from tests.properties.ledger_asks import FAR

_ab = Oracle._abort


def _abort(self, ask, own, first_key):
    new = ask.key not in self.state.answers
    said = _ab(self, ask, own, first_key)
    if new and ask.at == FAR:
        said.code, said.extra = "occurred-in-future", {}
    return said


if "future" in os.environ.get("TOGGLE", ""):
    Oracle._abort = _abort
from tests.properties.oracle import Refused

_rt = Oracle._require_taken


def _require_taken(self, ask, now):
    if ask.kind == "issue" and ask.at <= now:
        day = self.rules.day(ask.at)
        first = ask.given.get("available_on")
        from datetime import timedelta

        if first is None and self.rules.available_after:
            first = day + timedelta(self.rules.available_after)
        last = ask.given.get("expires_on") or self.rules.last_day(day)
        if last is not None and last < max(day, first or day):
            raise Refused("already-expired")
    _rt(self, ask, now)


_oh = Oracle._open_hold


def _open_hold(self, ask):
    aside = self.state.aside.get(ask.given["hold_key"])
    if (
        aside is not None
        and aside.conversion is None
        and aside.state != "open"
        and self.owner(aside.member) == ask.member
    ):
        raise Refused("hold-closed")
    return _oh(self, ask)


_rt2 = Oracle._require_taken


def _rt3(self, ask, now):
    try:
        _rt2(self, ask, now)
    except Refused as r:
        if r.code in ("member-not-found", "member-merged") and ask.kind in ("capture", "release"):
            raise Refused("hold-not-found")
        raise


if "holds" in os.environ.get("TOGGLE", ""):
    Oracle._open_hold = _open_hold
    Oracle._require_taken = _rt3
    _rt = _rt3
if "merged" in os.environ.get("TOGGLE", ""):
    Oracle._require_taken = _require_taken
ORIG = LedgerMachine._verify
LedgerMachine._verify = _verify



_submit = Oracle.submit
def _sub(self, asks, mode, now):
    if mode == "stop_on_error" and all(a.key in self.state.answers for a in asks): mode = "independent"
    return _submit(self, asks, mode, now)
if "stop" in os.environ.get("TOGGLE", ""): Oracle.submit = _sub

@pytest.mark.timeout(600)
def test_quick(database_url):
    phases = [Phase.generate] + ([Phase.shrink] if os.environ.get("SHRINK") else [])
    met = run_histories(
        database_url, examples=int(os.environ.get("N", "20")), phases=phases, is_random=bool(os.environ.get("RANDOM"))
    )
    for k, v in sorted(met.items()):
        print(k, v)
