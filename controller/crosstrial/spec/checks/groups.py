"""Groups and applications: nothing is empty, and every group that is named is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, InvalidKeyError
from crosstrial.spec.wording import choice


def group_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield empty groups, and applications of what is not there."""
    spec = experiment.spec
    yield from _empty("dataGroups", spec.data_groups, "put a data set into it")
    yield from _empty("modelGroups", spec.model_groups, "put a model into it")
    yield from _empty("applications", spec.applications, "apply a model group to a data group")
    for data_group, model_groups in spec.applications.items():
        if data_group not in spec.data_groups:
            yield InvalidKeyError(
                f"there is no data group {data_group}",
                choice(data_group, spec.data_groups),
                at=("spec", "applications", data_group),
            )
        for position, model_group in enumerate(model_groups):
            if model_group not in spec.model_groups:
                yield InvalidError(
                    f"there is no model group {model_group}",
                    choice(model_group, spec.model_groups),
                    at=("spec", "applications", data_group, position),
                )


def _empty(key: str, groups: Mapping[str, Sized], remedy: str) -> Iterator[InvalidError]:
    if not groups:
        yield InvalidError("is empty", f"name a group; {remedy}", at=("spec", key))
    for name, items in groups.items():
        if not items:
            yield InvalidError("is empty", f"{remedy}, or remove it", at=("spec", key, name))
