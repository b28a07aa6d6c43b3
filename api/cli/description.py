"""`comity openapi`: the description of the interface, without a server."""

import rich_click as click


@click.command()
def openapi() -> None:
    """Print the description of the HTTP interface (OpenAPI 3.1), as a server has it.

    It needs no database and no running service.
    """
    from pydantic import SecretStr

    from api.app import create_app
    from api.http.document import describe
    from api.http.encoding import encode
    from api.settings import Settings

    # The application is made and never started, so it opens no connection.
    unused = SecretStr("postgresql://nobody@/nothing")
    click.echo(encode(describe(create_app(Settings.load(database_url=unused)))))
