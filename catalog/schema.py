"""The schema `catalog`, to which the tables of several rooms belong."""

from sqlalchemy import MetaData

metadata = MetaData(schema="catalog")
