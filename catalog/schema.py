"""What all tables of the schema `catalog` have in common."""

from sqlalchemy import MetaData, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

metadata = MetaData(schema="catalog")

INSTANT = TIMESTAMP(timezone=True)
NOW = text("now()")
NONE = text("0")
