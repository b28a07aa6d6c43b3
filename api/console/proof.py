"""Who is signed in shows to be that user, by the password.

It is asked for where a stolen session must not be enough. Wrong ones count as they do at the door,
and are counted before they are checked, so that many at once are no more than one by one.
"""

from http import HTTPStatus

from api.http.auth import Call, context_of
from api.identity.sessions import forgive, take_try
from api.identity.users import find_secret
from ledger import Refusal

PASSWORD_LENGTH_READ = 200


class PasswordWrong(Refusal):
    """The password until now is another one."""

    code = "password-wrong"
    status = HTTPStatus.FORBIDDEN
    title = "The password until now is another one."


class SignInBarred(Refusal):
    """There were too many wrong passwords. Wait a quarter of an hour."""

    code = "sign-in-barred"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "Too many wrong passwords. Wait a quarter of an hour."


def account_of(email: str) -> str:
    """How an account is called where wrong passwords are counted."""
    return f"account {email}"


async def require_password(
    request: Call, email: str, password: str, *, field: str = "password"
) -> None:
    """Refuse who does not know the password, as often as the door does.

    Raises:
        SignInBarred: there were too many wrong ones.
        PasswordWrong: it is another one, or there is none.
    """
    context, account = context_of(request), account_of(email)
    async with context.database.transaction() as connection:
        secret = await find_secret(connection, email)
        may_try = await take_try(connection, account)
    if not may_try:
        raise SignInBarred
    stored = None if secret is None else secret.password_hash
    if not await context.passwords.is_right(stored, password[:PASSWORD_LENGTH_READ]):
        raise PasswordWrong("type the password with which you signed in", field=field)
    async with context.database.transaction() as connection:
        await forgive(connection, account)
