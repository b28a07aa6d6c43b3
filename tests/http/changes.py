"""Every change that the interface offers, made once: the requests of a whole small exchange."""

from datetime import UTC, datetime

from sqlalchemy import text

from ledger import Database
from tests.exchange.supplier_server import signed
from tests.http.conftest import BEGIN, PROGRAMME, SECRET, Caller, accepted, offer, stock
from tests.http.journey_breaks import use_breaks
from tests.http.journey_cards import set_cards
from tests.http.journey_disputes import use_disputes
from tests.http.journey_earning import earn_and_give
from tests.http.journey_leases import use_leases
from tests.http.journey_liability import use_liability
from tests.http.journey_market import (
    check_and_stage,
    set_prices,
    use_figures,
    use_files,
    use_isolation,
    use_tills,
)
from tests.http.journey_money import finalise_fees, use_money
from tests.http.journey_pictures import use_pictures
