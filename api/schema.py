"""What all tables of the schema `api` have in common."""

from sqlalchemy import DateTime, MetaData, Text, text

metadata = MetaData(schema="api")

CODE = Text(collation="C")
INSTANT = DateTime(timezone=True)
NOW = text("now()")
