"""Forms of one deed: a title, some fields and a button, in the drawer or on a page of their own.

A list leads to the form of what can be done with a row. With a script it opens in the drawer, and
without one as a page. Where the deed is refused, the form is shown again with what was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from litestar import Response

from api.console.brand.choice import show_page
from api.console.shell import Shell
from api.pages.ask import Answer, Problem
from api.pages.forms import Form


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `choices` are (value, text). `kind` is a kind of input, or a text."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    hint: str = ""
    value: object = None
    choices: Sequence[tuple[str, str]] | None = None
    attrs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """A deed that a form asks for."""

    title: str
    action: str
    """Where the form is sent."""
    submit: str
    """What the button says."""
    fields: Sequence[Field] = ()
    call: str = ""
    """The address of the interface that does it."""
    sub: str = ""
    """What it does, for whoever has not done it before."""
    crumbs: Sequence[tuple[str, str]] = ()
    """The pages above it."""
    confirm: str = ""
    is_grave: bool = False
    """Whether it takes something from somebody."""
    is_upload: bool = False
    """Whether a file goes along."""
    other: tuple[str, str] | None = None
    """A second button for the same fields: what it says, and where it sends them."""


def show(
    shell: Shell, task: Task, form: Form | None = None, answer: Answer | None = None, **values: Any
) -> Response[bytes]:
    """The form, or the form again with what was wrong with it."""
    return show_page(
        shell,
        "brand/task.html",
        block="drawer",
        status=HTTPStatus.OK if answer is None else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        task=task,
        **values,
    )


def points_field(label: str, name: str = "points", **more: Any) -> Field:
    """A field for a number of points."""
    return Field(name, label, "number", required=True, attrs={"min": 1, "step": 1}, **more)


def require_good(answer: Answer) -> None:
    """Show the page of the problem, where there is no form to show it in.

    Raises:
        Problem: the interface refused the deed.
    """
    if not answer.is_good:
        raise Problem(answer)
