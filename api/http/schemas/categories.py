"""The category tree."""

from typing import TypedDict

from api.http.schemas.types import Body, Category


class CategoryBody(Body):
    """A node of the category tree. Its parent must exist."""

    path: Category


class CategoryAnswer(TypedDict):
    """A node of the category tree."""

    path: str
