"""Epochs and pruners that can't work are told with their place and what to do."""

from __future__ import annotations

import pytest

from crosstrial.spec.epochs import MedianPruner, NoPruner
from crosstrial.spec.load import parse_document
from support.documents import DOCUMENT, assert_told, broken, broken_spec

NETWORK = "sklearn.neural_network.MLPClassifier"
TEN = "points:", "epochs: 10\n        points:"


def written(epochs: str, pruner: str = "") -> str:
    text = DOCUMENT.replace("points:", f"epochs: {epochs}\n        points:")
    return f"{text}  {pruner}\n" if pruner else text


@pytest.mark.parametrize(
    ("written_epochs", "interval"),
    [("1", 1), ("256", 1), ("257", 2), ("{count: 1000}", 4), ("{count: 1000, every: 1}", 1)],
)
def test_a_curve_has_a_bounded_number_of_points(written_epochs: str, interval: int) -> None:
    (model,) = parse_document(written(written_epochs), "e.yaml").experiment.models().values()
    assert model.epochs is not None
    assert model.epochs.interval == interval


def test_without_the_keys_nothing_is_trained_by_epochs_or_pruned() -> None:
    experiment = parse_document(DOCUMENT, "e.yaml").experiment
    assert [model.epochs for model in experiment.models().values()] == [None]
    assert experiment.spec.pruner == NoPruner()


def test_a_pruner_has_defaults() -> None:
    text = written("10", "pruner: {kind: median}")
    pruner = parse_document(text, "e.yaml").experiment.spec.pruner
    assert pruner == MedianPruner(kind="median", startup_trials=5, warmup_epochs=0)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken("zero", "points:", "epochs: ↓0\n        points:", "must be at least 1"),
        broken("word", "points:", "epochs: ↓ten\n        points:", "write such as `epochs: 30`"),
        broken("yes", "points:", "epochs: ↓true\n        points:", "must be a number of epochs"),
        broken("half", "points:", "epochs: ↓1.5\n        points:", "must be a number of epochs"),
        broken("many", "points:", "epochs: ↓100001\n        points:", "must be at most 100000"),
        broken(
            "spelled",
            "points:",
            "epochs: {count: 9, ↓evry: 2}\n        points:",
            "did you mean every?",
        ),
        broken(
            "by what",
            "points:",
            "epochs: {count: 9, by: ↓magic}\n        points:",
            "choose partial_fit, warm_start or staged",
        ),
        broken(
            "seldom",
            "points:",
            "epochs: {count: 9, every: ↓10}\n        points:",
            "write at most `every: 9`",
        ),
        broken(
            "a counter of nothing",
            "points:",
            "epochs: {count: 9, by: partial_fit, ↓parameter: max_iter}\n        points:",
            "partial_fit counts no epochs by a parameter",
        ),
        broken_spec(
            "nothing to prune",
            "↓pruner: {kind: median}",
            "there is nothing to prune: no model is trained by epochs",
        ),
    ],
)
def test_mistakes(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


@pytest.mark.parametrize(
    ("pruner", "words"),
    [
        ("{kind: medain}", "did you mean median?"),
        ("{startupTrials: 3}", "spec.pruner.kind: is missing"),
        ("median", "spec.pruner: must be a mapping"),
        ("{kind: median, startupTrials: 0}", "startupTrials: must be at least 1"),
        ("{kind: median, warmupEpochs: 11}", "nothing would be pruned before epoch 11"),
        ("{kind: median, minResource: 1}", "is no known key"),
        ("{kind: successiveHalving, reductionFactor: 1}", "must be at least 2"),
        ("{kind: successiveHalving, minEarlyStoppingRate: 3}", "no model has more than 10"),
        ("{kind: successiveHalving, minEarlyStoppingRate: 99}", "must be at most 20"),
        ("{kind: hyperband, minResource: 50}", "choose a smaller number, or more epochs"),
    ],
)
def test_mistakes_of_pruners(pruner: str, words: str) -> None:
    with pytest.raises(Exception, match=r"e\.yaml:20") as caught:
        parse_document(written("10", f"pruner: {pruner}"), "e.yaml")
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_scores_beyond_what_a_document_should_hold_are_refused() -> None:
    text = written("9000") + "  evaluation: {outer: {kind: kfold, folds: 100, repeats: 10}}\n"
    with pytest.raises(Exception, match="at most 500000 are kept; write such as") as caught:
        parse_document(text, "e.yaml")
    (every,) = [word for word in str(caught.value).split() if word.endswith("}")]
    mended = written(f"{{count: 9000, every: {every}") + text.partition("runsPerPair: 3\n")[2]
    assert parse_document(mended, "e.yaml")
