from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crosstrial.spec.schema import json_schema
from crosstrial.spec.source import plain
from crosstrial.spec.template import TEMPLATE
from crosstrial.spec.yaml_text import read_yaml
from support.documents import DOCUMENT, EXAMPLE, changed
from support.json_schema import accepts

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
SCHEMA = json_schema()
RUNS = "runsPerPair: 3"
P = "p: 1"


def value(text: str) -> Any:
    return plain(read_yaml(text, "e.yaml").root)


def test_it_is_json_and_says_which_dialect() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_are_accepted(path: Path) -> None:
    assert accepts(SCHEMA, value(path.read_text()))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(DOCUMENT, id="small"),
        pytest.param(
            changed(
                "[sklearn:iris]",
                "['openml:61', {source: openml-task, id: 59}, 'openml-suite:334', {name: a, source:"
                " parquet, uri: 's3://b/a.parquet', target: y, group: g, time: t}]",
            ),
            id="sources",
        ),
        *(
            pytest.param(changed(RUNS, f"{RUNS}\n  evaluation: {{outer: {{{outer}}}}}"), id=outer)
            for outer in ("kind: groups, folds: 3", "kind: time, folds: 3", "kind: openml")
        ),
        pytest.param(EXAMPLE, id="contract"),
        pytest.param(TEMPLATE, id="template"),
        pytest.param(changed(P, "p: [1, null]"), id="bare-list"),
        pytest.param(
            changed(P, "p: {oneOf: [1, {distribution: norm, mean: 0, std: 1}]}"), id="one-of"
        ),
        pytest.param(changed("[default]", "[default, {C: 1.0}]"), id="points"),
        pytest.param(changed("name: svm\n        model", "model"), id="left-out-name"),
        pytest.param(changed("sklearn.svm.SVC", "{classification: sklearn.svm.SVC}"), id="classes"),
        pytest.param(
            changed(RUNS, f"{RUNS}\n  limits: {{wallClock: 1h30m, trialSeconds: 9}}"),
            id="durations",
        ),
        pytest.param(
            changed(RUNS, f"{RUNS}\n  resources: {{cpu: 500m, memory: 1.5Gi}}"), id="quantities"
        ),
        pytest.param(
            changed(RUNS, f"{RUNS}\n  evaluation: {{outer: {{test: 0.1}}, stratify: true}}"),
            id="evaluation",
        ),
    ],
)
def test_what_loads_is_accepted(text: str) -> None:
    assert accepts(SCHEMA, value(text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(RUNS, "runsPerPairs: 3", id="unknown-key"),
        pytest.param(RUNS, "runsPerPair: ten", id="type"),
        pytest.param(RUNS, "runsPerPair: 0", id="too-few"),
        pytest.param(f"  {RUNS}\n", "", id="missing"),
        pytest.param("demo}", "Demo}", id="name"),
        pytest.param("sklearn:iris", "iris", id="shorthand"),
        pytest.param("sklearn:iris", "{source: openml, id: iris}", id="source"),
        pytest.param("sklearn:iris", "{source: openml-suite, id: 1, members: []}", id="members"),
        pytest.param("[sklearn:iris]", "[]", id="empty-group"),
        pytest.param("{small: [kernels]}", "{}", id="no-applications"),
        pytest.param(P, "p: {min: 1}", id="no-distribution"),
        pytest.param(P, "p: {distribution: int_uniform, min: 1}", id="no-bound"),
        pytest.param(P, "p: {distribution: int_uniform, min: 1.5, max: 2}", id="bound"),
        pytest.param("[default]", "[defualt]", id="point"),
        pytest.param(RUNS, f"{RUNS}\n  sampler: {{kind: sobel}}", id="sampler"),
        pytest.param(RUNS, f"{RUNS}\n  limits: {{wallClock: soon}}", id="duration"),
        pytest.param(RUNS, f"{RUNS}\n  resources: {{memory: 12 Mi}}", id="quantity"),
        pytest.param(RUNS, f"{RUNS}\n  evaluation: {{metrics: {{regression: [f1]}}}}", id="metric"),
    ],
)
def test_what_is_wrong_in_itself_is_refused(old: str, new: str) -> None:
    assert not accepts(SCHEMA, value(changed(old, new)))


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for part in schema.values():
            yield from properties(part)


def test_the_parts_that_users_write_are_described() -> None:
    described = {name for name, part in properties(SCHEMA) if "description" in part}
    assert described >= {"dataGroups", "runsPerPair", "points", "trialSeconds", "stratify", "cpu"}
    assert all("description" in part for part in SCHEMA["$defs"].values())
