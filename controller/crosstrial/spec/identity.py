"""What differs between two experiments of one name, and whether a difference only extends.

Compared is the normal form, field by field: how a document is written, and in which order,
does not matter. Groups are compared by the names in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from crosstrial.spec.addresses import is_address, shown_address, without_credentials
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import Location, path
from crosstrial.spec.node import TASKS
from crosstrial.spec.wording import shortened

Parts: TypeAlias = dict[str, Any]

# What is in a mapping of names, by the mapping's place without the names of groups. Adding to it
# extends an experiment.
NAMED: dict[Location, str] = {
    ("spec", "dataGroups"): "data group",
    ("spec", "dataGroups", "*"): "data set",
    ("spec", "modelGroups"): "model group",
    ("spec", "modelGroups", "*"): "model",
    ("spec", "applications"): "applications of data group",
    ("spec", "applications", "*"): "model group",
}
# More of these asks for more to be run, or ends it later; none is the most.
GREATER: frozenset[Location] = frozenset(
    {
        ("spec", "runsPerPair"),
        ("spec", "secondsPerPair"),
        ("spec", "limits", "trialSeconds"),
        ("spec", "limits", "failuresPerPair"),
        ("spec", "limits", "wallClock"),
        ("spec", "limits", "cpuHours"),
    }
)
# How batches run, not what they compute.
FREE: tuple[Location, ...] = (
    ("metadata", "labels"),
    ("spec", "batch"),
    ("spec", "limits", "parallelBatches"),
    ("spec", "pod"),
)
IMAGE: Location = ("spec", "pod", "image")


@dataclass(frozen=True)
class Difference:
    """One place where two documents differ; `old` or `new` is None where nothing was, or is.

    `extends`: what was run stays comparable, there is only more to run.
    """

    path: str
    old: str | None
    new: str | None
    extends: bool

    def __str__(self) -> str:
        if self.old is None:
            return f"{self.path}: + {self.new}"
        if self.new is None:
            return f"{self.path}: - {self.old}"
        return f"{self.path}: {self.old} -> {self.new}"


def differences(old: Experiment, new: Experiment) -> list[Difference]:
    """Return every difference, in the order of the document; what was added comes last."""
    return list(_compared(_parts(old), _parts(new), ()))


def _parts(experiment: Experiment) -> Parts:
    """Return the fields by their keys; items of groups by their names, metrics without order."""
    parts: Parts = experiment.model_dump(mode="json")
    spec = parts["spec"]
    for key in ("dataGroups", "modelGroups"):
        spec[key] = {
            group: {item["name"]: item for written in items for item in _members(written)}
            for group, items in spec[key].items()
        }
    spec["applications"] = {
        group: {name: name for name in names} for group, names in spec["applications"].items()
    }
    metrics = spec["evaluation"]["metrics"]
    metrics.update({task: sorted(metrics[task]) for task in TASKS})
    return parts


def _members(item: Parts) -> Iterator[Parts]:
    """Yield an item of a group; a suite's members beside it, as if each had been written."""
    yield {key: value for key, value in item.items() if key != "members"}
    yield from item.get("members", ())


def _compared(old: Any, new: Any, at: Location) -> Iterator[Difference]:
    if _told(old) == _told(new):
        return
    if not (isinstance(old, dict) and isinstance(new, dict)):
        yield Difference(path(at), *_both_shown(old, new), _may_change(at, old, new))
        return
    for key in old:
        if key in new:
            yield from _compared(old[key], new[key], (*at, key))
        else:
            where, what = _part(at, key, old[key])
            yield Difference(where, what, None, extends=_is_free((*at, key)))
    for key in (key for key in new if key not in old):
        where, what = _part(at, key, new[key])
        extends = _kind(at) is not None or _is_free((*at, key))
        yield Difference(where, None, what, extends=extends)


def _part(at: Location, key: str, value: Any) -> tuple[str, str]:
    """Return where a part was added or removed, and what it is."""
    kind = _kind(at)
    if kind is None:
        return path((*at, key)), _shown(value)
    return path(at), f"{kind} {key}"


def _kind(at: Location) -> str | None:
    return NAMED.get((*at[:2], *("*" for _ in at[2:])))


def _is_free(at: Location) -> bool:
    return at != IMAGE and any(at[: len(place)] == place for place in FREE)


def _may_change(at: Location, old: Any, new: Any) -> bool:
    if at in GREATER:
        return new is None or (old is not None and new > old)
    return _is_free(at) or _is_same_address(at, old, new)


def _is_same_address(at: Location, old: Any, new: Any) -> bool:
    """Whether no more than what gives access to data has changed; content is known by digest."""
    of_data = at[:2] == ("spec", "dataGroups") and at[4:] == ("uri",)
    addresses = all(isinstance(uri, str) and is_address(uri) for uri in (old, new))
    return of_data and addresses and _whole(old) == _whole(new)


def _told(value: Any) -> str:
    """Return a text that tells 1, 1.0 and true apart, and no orders of keys."""
    return json.dumps(value, sort_keys=True)


def _both_shown(old: Any, new: Any) -> tuple[str, str]:
    """Return two values as they stand in a message, and how they differ if that is not shown."""
    shown, other = _shown(old), _shown(new)
    if shown != other:
        return shown, other
    difference = "other access" if _whole(old) == _whole(new) else "other further on"
    return shown, f"{other} ({difference})"


def _shown(value: Any) -> str:
    """Return a value as it stands in a message."""
    return shortened(_whole(value))


def _whole(value: Any) -> str:
    """Return a value of any length, without what gives access."""
    shown = shown_address(value) if isinstance(value, str) and is_address(value) else value
    return without_credentials(json.dumps(shown, ensure_ascii=False))
