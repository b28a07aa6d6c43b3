"""All tables of the schema `api`. Each wing declares its own."""

from api.identity import identity_tables, member_tables
from api.schema import metadata

__all__ = ["identity_tables", "member_tables", "metadata"]
