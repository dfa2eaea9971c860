"""Data sets: what can be said about their sources without reading them."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.document import CsvData, Experiment
from crosstrial.spec.errors import InvalidError


def source_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield files that are not on this machine."""
    for at, dataset in experiment.placed_data_sets().items():
        if not isinstance(dataset, CsvData):
            continue
        scheme, separator, _ = dataset.uri.partition("://")
        if separator:
            yield InvalidError(
                f"{scheme} addresses are not available yet",
                "download the file and give its path",
                at=(*at, "uri"),
            )
