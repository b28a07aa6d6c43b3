"""One journey through every operation of the interface, for the examples of the description.

What differs from run to run is replaced by `still`: times of today, random numbers, codes, keys.
"""

import re
from datetime import UTC, datetime
from typing import Any

import httpx2

from settlement.files.credit_code import is_credit_code
from tests.http.conftest import PROGRAMME, Caller, accepted
from tests.http.journey_breaks import use_breaks
from tests.http.journey_cards import set_cards
from tests.http.journey_closing import close_months
from tests.http.journey_disputes import use_disputes
from tests.http.journey_earning import earn_and_give
from tests.http.journey_leases import use_leases
from tests.http.journey_liability import use_liability
from tests.http.journey_market import (
    check_and_stage,
    describe_members,
    give_rights,
    set_prices,
    step_offers,
    use_figures,
    use_files,
    use_isolation,
    use_orders,
    use_tills,
)
from tests.http.journey_money import finalise_fees, use_money
from tests.http.journey_partner_files import use_partner_files
from tests.http.journey_pictures import use_pictures
