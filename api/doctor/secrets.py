"""The keys and passwords: whether they are the right ones, and who else may read them."""

import stat

from api.doctor.finding import Finding, sound, trouble
from api.kept_files import SettingsError
from api.process.stored_secrets import OTHER_KEY, VaultCheck, load_stored, open_vault
from api.settings import DATABASE_PASSWORD_FILE, OPERATOR_KEY_FILE, SECRET_KEY_FILE, Settings
from exchange.fulfil import load_fingerprints
from ledger import Database

SECRET_FILES = (SECRET_KEY_FILE, OPERATOR_KEY_FILE, DATABASE_PASSWORD_FILE)


async def check_secrets(database: Database, settings: Settings) -> Finding:
    """The stored secrets must be readable with the keys that are here."""
    async with database.transaction() as connection:
        needed, stored = await load_fingerprints(connection), await load_stored(connection)
    if not needed and not stored:
        return sound("secrets", "nothing is encrypted yet")
    advice = (
        "Restore secret.key from a backup, or set COMITY_SECRET_KEY to the key; if it is lost, "
        "comity secrets rotate --give-up-unreadable goes on without it"
    )
    try:
        vault = open_vault(settings)
    except SettingsError as error:
        return trouble("secrets", str(error), advice)
    state = await VaultCheck(database, vault).state()
    if state == OTHER_KEY:
        return trouble("secrets", "the secret key is not the one that the database needs", advice)
    if state != "ok":
        return trouble("secrets", state, advice)
    return sound("secrets", f"the secret key decrypts all that is stored: {len(stored)}")


def check_files(settings: Settings) -> Finding:
    """Nobody else may read the keys and passwords."""
    loose, found = [], []
    for name in SECRET_FILES:
        path = settings.data_dir / name
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue
        found.append(name)
        if mode & 0o077:
            loose.append(f"{path} (mode {mode:04o})")
    if loose:
        return trouble(
            "files",
            f"others may read {', '.join(loose)}",
            f"Run chmod 600 {' '.join(each.split(' (')[0] for each in loose)}, and think of the "
            "keys as known: change them if others use this machine",
        )
    return sound("files", f"only their owner may read {', '.join(found) or 'the keys'}")
