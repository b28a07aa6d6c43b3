import os, time, pytest, sys
from hypothesis import Phase
from tests.properties import ledger_machine as lm
from tests.properties.ledger_machine import run_histories, LedgerMachine
LOG = []
_send = LedgerMachine.send
_take = LedgerMachine.take
def take(self, book, asks, said, answers):
    LOG.append((book.programme.code, [(a.kind, a.key, a.member, str(a.at.date()), dict(a.given)) for a in asks], [(s.code, s.points, s.balance, s.expires_on) for s in said], [(a.points, a.balance, a.refusal) for a in answers]))
    _take(self, book, asks, said, answers)
LedgerMachine.take = take
_open = LedgerMachine.open_books
_i = LedgerMachine.__init__
def init(self):
    LOG.clear(); _i(self)
LedgerMachine.__init__ = init
@pytest.mark.timeout(900)
def test_quick(database_url):
    t = time.monotonic()
    try:
        met = run_histories(database_url, examples=int(os.environ.get("N", "20")), phases=[Phase.generate], is_random=bool(os.environ.get("RND")))
    except BaseException as e:
        with open(os.environ["OUT"], "w") as f:
            for l in LOG: f.write(repr(l) + "\n")
            f.write(repr(e)[:3000])
        raise
    print("SECONDS", time.monotonic() - t)
    for k, v in sorted(met.items()): print(k, v)
