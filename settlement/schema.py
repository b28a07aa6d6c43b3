"""What all tables of the schema `settlement` have in common."""

from sqlalchemy import DateTime, MetaData, Text, text

metadata = MetaData(schema="settlement")

CODE = Text(collation="C")
INSTANT = DateTime(timezone=True)
NOW = text("now()")
