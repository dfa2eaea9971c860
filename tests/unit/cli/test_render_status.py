"""Status and progress as a reader sees them."""

from __future__ import annotations

import io

import pytest
from rich.console import Console, RenderableType

from crosstrial.cli.render.status import count, matrix, progress_view
from crosstrial.client.progress import LineProgress, progress_line
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.pair import PairState
from support.statuses import experiment_status, pair_status


def text_of(renderable: RenderableType, width: int = 100) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(renderable)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        pytest.param([pair_status("a", "d", ended=3)], "3/5", id="some"),
        pytest.param([pair_status("a", "d", ended=3, failed=1)], "3/5 !1", id="failure"),
        pytest.param(
            [pair_status("a", "d", ended=3, failed=3, state=PairState.EXHAUSTED)],
            "3/5 !3 exhausted",
            id="exhausted",
        ),
        pytest.param(
            [pair_status("a", "d", ended=3, failed=1), pair_status("b", "d", ended=5)],
            "8/10 !1",
            id="sum of models",
        ),
        pytest.param([], "-", id="model without a class for the task"),
    ],
)
def test_a_cell_counts_and_never_hides_failures(pairs, text: str) -> None:
    assert count(pairs).plain == text


def test_models_stand_side_by_side_where_they_fit() -> None:
    status = experiment_status(
        pair_status("forest", "iris", ended=3, failed=1), pair_status("svm", "iris", ended=2)
    )
    head, row = text_of(matrix(status, 100)).splitlines()
    assert head.split() == ["data", "set", "forest", "svm"]
    assert row.split() == ["iris", "3/5", "!1", "2/5"]


def test_models_are_summed_where_they_do_not_fit() -> None:
    status = experiment_status(*(pair_status(f"model{n}", "iris", ended=1) for n in range(20)))
    head, row = text_of(matrix(status, 80)).splitlines()
    assert "all models" in head
    assert row.split() == ["iris", "20/100"]


def test_a_low_terminal_shows_open_data_sets_first_and_counts_the_rest() -> None:
    done = [pair_status("m", f"done{n}", ended=5, state=PairState.DONE) for n in range(20)]
    status = experiment_status(*done, pair_status("m", "late", ended=1))
    lines = text_of(progress_view(status, 80, 12)).splitlines()
    assert len(lines) < 12
    assert lines[1].startswith("late")
    assert any("and 17 more" in line for line in lines)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param(
            experiment_status(
                pair_status("m", "d", ended=2, failed=1, wanted=4),
                live_batches=1,
                elapsed_seconds=4,
            ),
            [
                "2/4 trials (50%)",
                "1 failed",
                "1 batch running",
                "0.5 trials/s",
                "about 4.0 s to finish",
            ],
            id="running",
        ),
        pytest.param(
            experiment_status(
                pair_status("m", "d", ended=4, wanted=4, state=PairState.DONE),
                state=ExperimentState.COMPLETED,
                elapsed_seconds=8,
            ),
            ["4/4 trials (100%)", "0 failed", "completed after 8.0 s"],
            id="completed",
        ),
    ],
)
def test_a_line_tells_counts_failures_speed_and_rest(status, words: list[str]) -> None:
    line = progress_line(status)
    assert [word for word in words if word not in line] == []


def test_lines_come_now_and_then_and_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    progress = LineProgress(between=1000)
    for ended in range(4):
        progress.update(experiment_status(pair_status("m", "d", ended=ended)))
    progress.update(
        experiment_status(
            pair_status("m", "d", ended=5, state=PairState.DONE), state=ExperimentState.COMPLETED
        )
    )
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "0/5" in lines[0]
    assert "5/5" in lines[1]
