"""The OpenAPI description says what the service does.

Real answers are checked against it, and its limits are checked against the service.
"""

import re
from typing import Any

import httpx2
import pytest

from tests.http.changes import make_every_offer_step
from tests.http.conftest import BEGIN, JSON, PROGRAMME, Caller, accepted, offer, refused, stock
from tests.http.journey_cards import set_cards
from tests.http.journey_disputes import use_disputes
from tests.http.journey_earning import earn_and_give
from tests.http.journey_leases import use_leases
from tests.http.journey_liability import use_liability
from tests.http.journey_market import (
    check_and_stage,
    describe_members,
    give_rights,
    set_prices,
    use_figures,
    use_files,
    use_isolation,
    use_orders,
    use_tills,
)
from tests.http.journey_partner_files import use_partner_files
from tests.http.journey_pictures import use_pictures
