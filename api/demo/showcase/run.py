"""The whole showcase: start the processes, open the exchange, tell its story, and serve it.

When all is sent, the service is started anew. What its worker does once an hour or once a day
(figures, coupons past their last day) is then done at once, and whoever looks sees it.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from api.demo.client import Caller, Tally, open_http
from api.demo.processes import SupplierSide, ending_on_sigterm, supplier_secrets, wait_for_the_end
from api.demo.showcase.billing import bill_months, set_rate_cards
from api.demo.showcase.history import History, send_history
from api.demo.showcase.liability import freeze_months
from api.demo.showcase.logins import Login, logins_of
from api.demo.showcase.opening import OPERATOR, Exchange, Keys, open_exchange
from api.demo.showcase.partner_file import reconcile_a_month
from api.demo.showcase.story import Size, Story, tell_story
from api.demo.showcase.today import BEHAVIOURS, play_today
from api.demo.showcase.trade import trade
from api.demo.showcase.world import World, load_world
from api.demo.supplier_process import running_supplier
from api.embedded.services import temporary_data_dir
from api.process.children import running_service
from api.settings import OPERATOR_KEY_FILE, Settings
