"""All tables of the schema `api`. Each wing declares its own."""

from api.events import event_tables
from api.identity import identity_tables, member_tables
from api.schema import metadata

__all__ = ["event_tables", "identity_tables", "member_tables", "metadata"]
