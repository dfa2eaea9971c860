"""Wrong keys and types, each told with its place and what to write."""

from __future__ import annotations

import pytest

from crosstrial.spec.errors import InvalidError
from crosstrial.spec.load import parse_document
from support.documents import (
    RUNS,
    P,
    assert_told,
    broken,
    broken_parameter,
    broken_spec,
    changed,
)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_spec("key", "↓runsPerPairs: 3", "no known key; did you mean runsPerPair?"),
        broken_spec("far-key", "↓zzz: 3", "no known key; choose one such as seed"),
        broken_spec("nested", "limits: {↓trialSecond: 3}", "did you mean trialSeconds?"),
        broken("law-key", "C: {dist", "C: {↓mn: 1, dist", "did you mean min?"),
        broken("metadata-key", "{name: demo}", "{name: demo, ↓label: {}}", "mean labels?"),
        broken("model-key", "model: sk", "↓modle: x\n        model: sk", "mean model?"),
        broken(
            "no-version",
            "apiVersion: crosstrial/v1\n",
            "↓",
            "apiVersion: is missing; add `apiVersion: cro",
        ),
        broken("version", "apiVersion: c", "apiVersion: ↓C", "did you mean crosstrial/v1?"),
        broken("kind", "kind: Exp", "kind: ↓exp", "must be Experiment"),
        broken(
            "no-data",
            "spec:\n  dataGroups:\n    small: [sklearn:iris]",
            "↓spec:",
            "spec.dataGroups: is missing; add `dataGroups: {small:",
        ),
        broken(
            "word-for-int",
            RUNS,
            "runsPerPair: ↓ten",
            "must be an integer, not the string 'ten'; write digits",
        ),
        broken("float-for-int", RUNS, "runsPerPair: ↓1e2", "not the number 100; write 100"),
        broken("bool-for-int", RUNS, "runsPerPair: ↓true", "not the boolean true"),
        broken("too-few", RUNS, "runsPerPair: ↓0", "must be at least 1, not the number 0"),
        broken("list-for-int", RUNS, "↓runsPerPair: [3]", "must be an integer, not a list"),
        broken_spec("null", "↓limits:", "must be a mapping, not null; fill it in"),
        broken_spec("quoted", "seed: ↓'1'", "must be an integer, not the string '1'"),
        broken(
            "int-for-string",
            "{name: demo}",
            "{name: ↓7}",
            'must be a string, not the number 7; write "7"',
        ),
        broken(
            "string-for-list",
            "[kernels]}",
            "↓kernels}",
            "must be a list, not the string 'kernels'; write [kernels]",
        ),
        broken(
            "mapping-for-list",
            "small: [sklearn:iris]",
            "↓small: {a: sklearn:iris}",
            "must be a list, not a mapping; begin each item with a hyphen",
        ),
        broken(
            "int-for-model",
            "- name: svm\n        model: sk",
            "- ↓3\n      - model: sk",
            "must be a mapping, not the number 3",
        ),
        broken(
            "point",
            "[default]",
            "[↓defualt]",
            "not the string 'defualt'; write `default`, or such as {C: 1.0}",
        ),
        broken("shorthand", "sklearn:iris", "↓iris", "'iris' is not SOURCE:ID; write sklearn:iris"),
        broken("shorthand-without-id", "sklearn:iris", "↓'sklearn:'", "is not SOURCE:ID"),
        broken("file-shorthand", "sklearn:iris", "↓csv:./a.csv", "{name: churn, source: csv"),
        broken(
            "source",
            "sklearn:iris",
            "↓sklern:iris",
            "source: must be sklearn, packaged, csv, parquet, synthetic, openml, openml-task or"
            " openml-suite, not the string 'sklern'; did you mean sklearn?",
        ),
        broken("no-number", "sklearn:iris", "↓openml:iris", "id: must be an integer"),
        broken("no-source", "sklearn:iris", "↓{name: a}", "source: is missing"),
        broken(
            "no-target",
            "sklearn:iris",
            "↓{name: a, source: csv, uri: b}",
            "target: is missing; add `target: a-column`",
        ),
        broken(
            "file-without-name",
            "sklearn:iris",
            "↓{source: csv, uri: b, target: c}",
            "name: is missing; add `name: a-name`",
        ),
        broken(
            "two-classes-without-name",
            "name: svm\n        model: sklearn.svm.SVC",
            "↓model: {classification: a.B, regression: a.C}",
            "name: is missing",
        ),
        broken(
            "task",
            "model: sklearn.svm.SVC",
            "model: {↓clasification: a.B}",
            "did you mean classification?",
        ),
        broken("model-type", "model: sklearn.svm.SVC", "model: ↓3", "must be a mapping"),
        broken(
            "no-law",
            P,
            "↓p: {min: 1}",
            "has neither `distribution` nor `oneOf`; write {distribution",
        ),
        broken_parameter(
            "law", "distribution: ↓uniform_int", "must be constant, categorical, int_uniform"
        ),
        broken_parameter(
            "bound",
            "distribution: int_uniform, min: ↓1.5, max: 2",
            "must be an integer, not the number 1.5",
        ),
        broken(
            "no-bound",
            P,
            "↓p: {distribution: int_uniform, min: 1}",
            "p.max: is missing; add `max: ...`",
        ),
        broken_parameter(
            "mean", "distribution: norm, mean: ↓a, std: 1", "must be a number, not the string 'a'"
        ),
        broken_parameter(
            "alternative",
            "oneOf: [{distribution: norm, ↓mu: 1, mean: 0, std: 1}]",
            "oneOf[0].mu: is no known key",
        ),
        broken_parameter("one-of", "oneOf: ↓3", "must be a list, not the number 3; write [3]"),
        broken_parameter(
            "when",
            "distribution: constant, value: 1, when: {kernel: ↓poly}",
            "must be a list, not the string 'poly'; write [poly]",
        ),
        broken_parameter(
            "mode",
            "distribution: norm, mean: 0, std: 1, round: {mode: ↓up, to: 1}",
            "must be half_up, floor or ceil",
        ),
        broken_parameter(
            "to",
            "distribution: norm, mean: 0, std: 1, round: {mode: ceil, to: ↓0}",
            "must be greater than 0",
        ),
        broken_parameter(
            "weight", "distribution: categorical, values: [1], weights: [↓a]", "must be a number"
        ),
        broken_spec(
            "cpu-hours", "limits: {cpuHours: ↓-1}", "must be greater than 0, not the number -1"
        ),
        broken_spec("test", "evaluation: {outer: {test: ↓1.5}}", "must be less than 1"),
        broken_spec("folds", "evaluation: {outer: {kind: kfold, folds: ↓1}}", "must be at least 2"),
        broken_spec(
            "folds-without-kind",
            "evaluation: {↓outer: {folds: 3}}",
            "kind: is missing; add `kind: ...`",
        ),
        broken_spec(
            "validation", "evaluation: {inner: {validation: ↓0}}", "must be greater than 0"
        ),
        broken_spec(
            "stratify",
            "evaluation: {stratify: ↓no}",
            "must be auto, true or false, not the string 'no'",
        ),
        broken_spec("failures", "evaluation: {failures: ↓ignore}", "must be count or replace"),
        broken_spec(
            "missing",
            "evaluation: {missing: ↓zero}",
            "must be baseline, drop_dataset or worst_rank",
        ),
        broken_spec(
            "metrics",
            "evaluation: {metrics: ↓accuracy}",
            "must be a mapping, not the string 'accuracy'",
        ),
        broken_spec("max-trials", "batch: {maxTrials: ↓9999}", "must be at most 5000"),
        broken_spec(
            "selector",
            "pod: {nodeSelector: {gpu: ↓true}}",
            'must be a string, not the boolean true; write "true"',
        ),
        broken("label", "{name: demo}", "{name: demo, labels: {tier: ↓1}}", 'write "1" in quotes'),
        broken(
            "preprocess",
            "points:",
            "preprocess: {scale: ↓stndard}\n        points:",
            "did you mean standard?",
        ),
        broken_spec("sampler-word", "sampler: ↓random", "must be a mapping"),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_spec(
            "duration",
            "secondsPerPair: ↓soon",
            "must be a duration, not the string 'soon'; write hours",
        ),
        broken_spec("duration-with-blank", "limits: {wallClock: ↓2 h}", "must be a duration"),
        broken_spec("no-time", "limits: {trialSeconds: ↓0s}", "must be greater than 0"),
        broken_spec(
            "memory",
            "resources: {memory: ↓12 Mi}",
            "must be an amount of memory, not the string '12 Mi'; write it without a blank",
        ),
        broken_spec("memory-unit", "resources: {memory: ↓1GB}", "must be an amount of memory"),
        broken_spec("cpu", "resources: {cpu: ↓0}", "must be a number of cores"),
        broken_spec(
            "cpu-word",
            "resources: {cpu: ↓two}",
            "write cores such as 2 or thousandths such as 500m",
        ),
    ],
)
def test_what_is_no_quantity_is_told_with_its_place(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


def test_all_mistakes_are_told_at_once_by_line() -> None:
    text = changed(P, "p: {min: 1}").replace("sklearn:iris", "iris").replace(RUNS, "trials: 1")
    with pytest.raises(InvalidError) as caught:
        parse_document(text, "e.yaml")
    told = str(caught.value).splitlines()
    assert [line.split(": ")[1] for line in told] == [
        "spec.runsPerPair",
        "spec.dataGroups.small[0]",
        "spec.modelGroups.kernels[0].space.p",
        "spec.trials",
    ]
    assert [int(line.split(":")[1]) for line in told] == [4, 6, 16, 18]


def test_a_required_key_that_is_misspelled_is_told_once() -> None:
    assert_told(
        RUNS, "↓runPerPair: 3", "spec.runPerPair: is no known key; did you mean runsPerPair?"
    )


def test_a_flood_of_mistakes_is_cut() -> None:
    many = ", ".join(["iris"] * 200)
    with pytest.raises(InvalidError) as caught:
        parse_document(changed("sklearn:iris", many), "e.yaml")
    told = str(caught.value).splitlines()
    assert len(told) == 51
    assert told[-1] == "and 150 more; mend these first"
