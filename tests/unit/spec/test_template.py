from __future__ import annotations

from crosstrial.spec.estimators import check_model
from crosstrial.spec.load import parse_document
from crosstrial.spec.template import TEMPLATE


def test_the_template_is_a_small_experiment_that_can_work() -> None:
    experiment = parse_document(TEMPLATE, "experiment.yaml").experiment
    models = experiment.models()
    assert len(models) == 3
    assert not [e for model in models.values() for e in check_model(model, ("sklearn",))]
    assert all(dataset.source == "sklearn" for dataset in experiment.data_sets().values())
    assert experiment.spec.runs_per_pair * 10 <= 100


def test_the_lines_that_are_commented_out_are_right_too() -> None:
    text = TEMPLATE.replace("# - {name: churn", "- {name: churn")
    assert "churn" in parse_document(text, "experiment.yaml").experiment.data_sets()


def test_every_choice_is_explained() -> None:
    lines = [line for line in TEMPLATE.splitlines() if line.strip()]
    commented = [line for line in lines if "#" in line]
    assert len(commented) > len(lines) / 3
    assert max(map(len, lines)) <= 100
