"""Progress of long work: a bar on a terminal, a line now and then anywhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

PLAIN_LINE_SECONDS = 5.0
"""The least time between two lines, where there is no terminal."""

Tick = Callable[[int, int], None]
"""Called with how much is done, and how much there is to do."""


@contextmanager
def shown_progress(console: Console, task: str) -> Iterator[Tick]:
    """Show the progress of a task while the block runs."""
    if not console.is_terminal:
        last = time.monotonic()

        def print_line(done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last >= PLAIN_LINE_SECONDS:
                last = time.monotonic()
                console.print(f"{task}: {done:,} of {total:,}", highlight=False, soft_wrap=True)

        yield print_line
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(task, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)
