"""What all tables of the schema `catalog` have in common."""

from sqlalchemy import MetaData, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

metadata = MetaData(schema="catalog")

CODE = Text(collation="C")
INSTANT = TIMESTAMP(timezone=True)
NOW = text("now()")
NONE = text("0")
