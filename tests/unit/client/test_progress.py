"""What a notebook's cell shows: one output that is redrawn."""

from __future__ import annotations

from typing import Any

from crosstrial.client.progress import NotebookProgress
from support.statuses import experiment_status, pair_status


class Cell:
    """The outputs of a cell, as IPython's `display` makes and changes them."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, str]] = []

    def display(self, view: dict[str, str], *, raw: bool, display_id: bool) -> Cell:
        assert raw
        assert display_id
        self.outputs.append(view)
        return self

    def update(self, view: dict[str, Any], *, raw: bool) -> None:
        assert raw
        self.outputs[-1] = view


def test_a_notebook_has_one_output_that_is_redrawn() -> None:
    cell = Cell()
    progress = NotebookProgress(cell.display)
    for ended in (0, 3, 5):
        progress.update(experiment_status(pair_status("m", "d", ended=ended)))
    (shown,) = cell.outputs
    assert '<progress value="5" max="5">' in shown["text/html"]
    assert "5/5 trials" in shown["text/plain"]
