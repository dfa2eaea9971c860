"""Names: of the experiment, of groups, and unique ones of data sets, models and parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from crosstrial.spec.addresses import without_credentials
from crosstrial.spec.data_sets import DataSet
from crosstrial.spec.document import BASELINE, Experiment, Model
from crosstrial.spec.errors import InvalidError, InvalidKeyError, Location, path

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
DNS_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def name_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield names that are no names, that are taken, or that are given twice."""
    yield from _experiment_name(experiment.metadata.name)
    for key, groups in (
        ("dataGroups", experiment.spec.data_groups),
        ("modelGroups", experiment.spec.model_groups),
    ):
        yield from (_no_name(g, ("spec", key, g)) for g in groups if not NAME.fullmatch(g))
    yield from _item_names("data set", experiment.placed_data_sets())
    yield from _item_names("model", experiment.placed_models())
    for at, model in experiment.placed_models().items():
        if model.name == BASELINE:
            yield InvalidError(
                f"{BASELINE} is the name of the reference that every data set gets",
                "choose another name",
                at=(*at, "name"),
            )
        yield from _parameter_names(model, at)


def _experiment_name(name: str) -> Iterator[InvalidError]:
    if not DNS_LABEL.fullmatch(name):
        yield InvalidError(
            f"{name!r} is no DNS-1123 label",
            "use at most 63 lower-case letters, digits and inner hyphens, such as my-experiment",
            at=("metadata", "name"),
        )


def _item_names(
    kind: str, items: Mapping[Location, DataSet] | Mapping[Location, Model]
) -> Iterator[InvalidError]:
    first: dict[str, Location] = {}
    for at, item in items.items():
        if not NAME.fullmatch(item.name):
            yield _no_name(item.name, (*at, "name"))
        if item.name in first:
            yield InvalidError(
                f"the name {item.name} is taken by the {kind} {path(first[item.name])}",
                f"give it another name; a {kind} is declared once, in one group",
                at=(*at, "name"),
            )
        first.setdefault(item.name, at)


def _no_name(name: str, at: Location) -> InvalidError:
    return InvalidError(
        f"{without_credentials(name)!r} is no name",
        "begin with a letter or digit, go on with letters, digits, dots, underscores, hyphens",
        at=at,
    )


def _parameter_names(model: Model, at: Location) -> Iterator[InvalidError]:
    """Parameters are keyword arguments; another sign could be mistaken for a part of a path."""
    places = [(*at, "space", name) for name in model.space]
    places += [(*at, "points", i, name) for i, point in enumerate(model.points) for name in point]
    for place in places:
        if not str(place[-1]).isidentifier():
            yield InvalidKeyError(
                f"{place[-1]!r} is no parameter's name",
                "write the name of an argument of the estimator",
                at=place,
            )
