"""What the tables of the exchange have in common."""

from sqlalchemy import DateTime, MetaData, Text

metadata = MetaData(schema="exchange")

CODE = Text(collation="C")
INSTANT = DateTime(timezone=True)
