"""What the parties of a contract are told of its versions, as events."""

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import load_party_codes
from ledger import NO_BOOK, Event, tell
from settlement.rating.terms import Contract


async def tell_of_contract(connection: AsyncConnection, version: Contract) -> None:
    """Tell the brand, the supplier and the operator of a version that begins or ends.

    A version for any brand, or any supplier, is told to those that it names. Two round trips.
    """
    named = [each for each in (version.home_party_id, version.supplier_party_id) if each]
    codes = await load_party_codes(connection, named)
    data = {
        "contract_id": version.contract_id,
        "version": version.version,
        "home": codes.get(version.home_party_id or 0),
        "supplier": codes.get(version.supplier_party_id or 0),
        "rate_card": version.card_id,
        "valid_from": version.valid_from,
        "valid_until": version.valid_until,
    }
    parties = sorted({*named, version.operator_party_id})
    events = [Event(party_id, "contract.changed", data) for party_id in parties]
    await tell(connection, NO_BOOK, events)
