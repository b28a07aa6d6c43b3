"""A supplier goes to another stage. Up it goes only with a report about its present endpoint."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import EndpointNotFound, find_endpoint
from catalog.stages import Stage, StagePolicy, find_stage, has_passed, require_step, set_stage
from exchange.conformance.digest import digest_of
from exchange.fulfil.vault import Vault


async def passed_kit(connection: AsyncConnection, vault: Vault, party_id: int) -> bool:
    """Whether a supplier has passed the kit with its present endpoint, or has none.

    Without one it takes no orders, and there is nothing to check. Up to two round trips.

    Raises:
        VaultBroken: the endpoint's secret cannot be decrypted.
    """
    try:
        # Nobody changes it until the stage is stored.
        endpoint = await find_endpoint(connection, party_id, locked=True)
    except EndpointNotFound:
        return True
    secret = vault.decrypt(endpoint.encrypted_secret, party_id=party_id)
    return await has_passed(connection, party_id, digest_of(endpoint.url, secret))


async def stage_supplier(
    connection: AsyncConnection,
    vault: Vault,
    party_id: int,
    stage: Stage,
    policy: StagePolicy,
    *,
    reason: str | None,
    now: datetime,
) -> None:
    """Have a supplier go to a stage, or change the policy of the stage that it has.

    Locks: the endpoint, then the stage. Who changes the endpoint takes them in this order, too.

    Raises:
        StageOrder, KitNotPassed: it may not go there.
        StageInvalid: the policy does not fit the stage.
        VaultBroken: the endpoint's secret cannot be decrypted.
    """
    has_passed_kit = await passed_kit(connection, vault, party_id)
    before = await find_stage(connection, party_id, locked=True)
    require_step(before, stage, has_passed=has_passed_kit)
    await set_stage(connection, before, party_id, stage, policy, reason=reason, now=now)
