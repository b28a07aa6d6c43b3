"""The vault: whose secrets it decrypts, and with which keys."""

import pytest

from exchange.fulfil import Vault
from exchange.fulfil.vault import VaultBroken


def test_a_secret_is_decrypted_for_its_owner_with_its_key_only() -> None:
    old, new = Vault(b"o" * 32), Vault(b"n" * 32, retired=[b"o" * 32])
    encrypted = old.encrypt("whsec_x", party_id=7)
    assert b"whsec" not in encrypted
    assert old.encrypt("whsec_x", party_id=7) != encrypted
    assert new.decrypt(encrypted, party_id=7) == "whsec_x"
    for vault, stored, party_id in (
        (old, encrypted, 8),
        (Vault(b"x" * 32), encrypted, 7),
        (old, encrypted[:-1] + bytes([encrypted[-1] ^ 1]), 7),
        (old, b"plain", 7),
        (old, b"s1:", 7),
    ):
        with pytest.raises(VaultBroken):
            vault.decrypt(stored, party_id=party_id)
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")
