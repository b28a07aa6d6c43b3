"""What all tables of the schema `exchange` have in common."""

from sqlalchemy import MetaData

metadata = MetaData(schema="exchange")
