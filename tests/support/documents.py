"""A small document and the contract's example as texts; ways to break one and to know where."""

from __future__ import annotations

from typing import Any

import pytest

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.load import parse_document

DOCUMENT = """\
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: demo}
spec:
  dataGroups:
    small: [sklearn:iris]
  modelGroups:
    kernels:
      - name: svm
        model: sklearn.svm.SVC
        points: [default]
        space:
          C: {distribution: log_uniform, min: 1e-3, max: 1e3}
          kernel: {distribution: categorical, values: [rbf, poly]}
          degree: {distribution: int_uniform, min: 2, max: 5, when: {kernel: [poly]}}
          p: 1
  applications: {small: [kernels]}
  runsPerPair: 3
"""
# The whole example of the contract.
EXAMPLE = """\
apiVersion: crosstrial/v1
kind: Experiment
metadata:
  name: forests-and-kernels          # DNS-1123 label, the identity in the store
  labels: {team: research}
spec:
  seed: 7                            # draws and estimators; default 0
  dataGroups:
    small:
      - sklearn:breast_cancer        # shorthand SOURCE:ID
      - {name: sugar, source: sklearn, id: diabetes}
      - {name: churn, source: csv, uri: ./churn.csv, target: churned, task: classification}
      - {name: blobs, source: synthetic, id: make_classification,
         params: {n_samples: 500, random_state: 1}}
  modelGroups:
    forests:
      - name: random-forest          # default: the class name in kebab-case
        model:                       # one class, or one a task
          classification: sklearn.ensemble.RandomForestClassifier
          regression: sklearn.ensemble.RandomForestRegressor
        preprocess: {encode: ordinal}
        points: [default, {n_estimators: 500}]
        space:
          n_estimators: {distribution: int_uniform, min: 10, max: 300}
          max_features: {oneOf: [sqrt, log2, {distribution: float_uniform, min: 0.1, max: 1.0}]}
          n_jobs: 1                  # a bare value is a constant
    kernels:
      - name: svm
        model: {classification: sklearn.svm.SVC, regression: sklearn.svm.SVR}
        preprocess: {scale: standard, target: standard}
        space:
          C:      {distribution: log_uniform, min: 1e-3, max: 1e3}
          kernel: {distribution: categorical, values: [rbf, poly, linear]}
          degree: {distribution: int_uniform, min: 2, max: 5, when: {kernel: [poly]}}
          gamma:  {distribution: log_norm, mu: -2, sigma: 1, when: {kernel: [rbf, poly]}}
  applications:
    small: [forests, kernels]
  runsPerPair: 60                    # outcomes wanted for each pair
  secondsPerPair: 3600
  sampler: {kind: random}
  evaluation:
    seed: 0
    outer: {kind: holdout, test: 0.2, repeats: 1}
    inner: {kind: holdout, validation: 0.2}
    stratify: auto
    metrics: {classification: [balanced_accuracy, accuracy],
              regression: [neg_root_mean_squared_error, r2]}
    primary: {classification: balanced_accuracy, regression: neg_root_mean_squared_error}
    failures: count
  limits:
    trialSeconds: 300
    parallelBatches: 4
    failuresPerPair: 30
    wallClock: 2h
    cpuHours: 50
  batch: {targetSeconds: 60, maxTrials: 5000}
  resources: {cpu: "1", memory: 1Gi, maxMemory: 4Gi}
  pod: {image: null, nodeSelector: {}, tolerations: [], priorityClassName: null, queue: null}
"""
# Parts of it that tests write otherwise.
IRIS = "[sklearn:iris]"
MODEL = "name: svm\n        model: sklearn.svm.SVC"
POINTS = "points: [default]"
P = "p: 1"
RUNS = "runsPerPair: 3"
HERE = "↓"  # stands before what a mistake points at


def changed(old: str, new: str) -> str:
    """The document with one part written otherwise."""
    assert DOCUMENT.count(old) == 1, f"{old!r} is not there once"
    return DOCUMENT.replace(old, new)


def marked(text: str) -> tuple[str, str]:
    """A text without its mark, and the mark's `line:column`."""
    assert text.count(HERE) == 1
    before, after = text.split(HERE)
    lines = before.split("\n")
    return before + after, f"{len(lines)}:{len(lines[-1]) + 1}"


def parsed(old: str = "", new: str = "") -> Experiment:
    """The experiment of the document, or of the document with one part written otherwise."""
    text = changed(old, new) if old else DOCUMENT
    return parse_document(text, "demo.yaml").experiment


def broken(name: str, old: str, new: str, words: str) -> Any:
    """A case: one part written otherwise, with a mark, and words of the message."""
    return pytest.param(old, new, words, id=name)


def broken_parameter(name: str, fields: str, words: str) -> Any:
    """A case: other fields of the parameter `p`."""
    return broken(name, P, f"p: {{{fields}}}", words)


def broken_spec(name: str, key: str, words: str) -> Any:
    """A case: another key below `spec`."""
    return broken(name, RUNS, f"{RUNS}\n  {key}", words)


def assert_told(old: str, new: str, words: str) -> None:
    """Loading tells exactly one mistake, in one line, at the mark, with a remedy."""
    text, place = marked(changed(old, new))
    with pytest.raises(InvalidError) as caught:
        parse_document(text, "e.yaml")
    message = str(caught.value)
    assert message.startswith(f"e.yaml:{place}: ")
    assert words in message
    assert "; " in message
    assert "\n" not in message
