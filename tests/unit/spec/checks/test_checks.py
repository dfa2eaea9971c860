"""All checks together; each topic has a file beside this one."""

from __future__ import annotations

import pytest

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.load import checked, parse_document
from support.documents import P, changed, parsed


def test_mistakes_of_all_topics_are_told_at_once() -> None:
    text = changed(P, "n_jobs: 8").replace("demo", "Demo").replace("[kernels]", "[kernel]")
    with pytest.raises(InvalidError) as caught:
        parse_document(text, "e.yaml")
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["3", "16", "17"]


def test_an_experiment_made_in_python_is_checked_too() -> None:
    experiment = parsed()
    assert checked(experiment).experiment == experiment
    broken = experiment.model_dump()
    broken["spec"]["applications"] = {"other": ["kernels"]}
    with pytest.raises(InvalidError) as caught:
        checked(Experiment.model_validate(broken))
    assert str(caught.value).startswith("spec.applications.other: there is no data group other")
