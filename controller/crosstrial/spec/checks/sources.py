"""Data sets: what can be said about their sources without reading them."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.data_sets import OpenmlSuiteData
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, InvalidKeyError


def source_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield suites that say themselves what is in them."""
    for at, item in experiment.placed_group_items().items():
        if isinstance(item, OpenmlSuiteData) and item.members:
            yield InvalidKeyError(
                "is looked up when the experiment is submitted, and recorded then",
                "leave it out, or name the tasks one by one instead of the suite",
                at=(*at, "members"),
            )
