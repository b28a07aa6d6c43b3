"""What all tables of the schema `settlement` have in common."""

from sqlalchemy import DateTime, MetaData, text

metadata = MetaData(schema="settlement")

INSTANT = DateTime(timezone=True)
NOW = text("now()")
