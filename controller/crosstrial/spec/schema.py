"""The JSON schema of what a user may write, for editors and other programs.

It is the schema of the nodes with the shorthands beside their normal forms. It says less than
`load` checks: what parts must mean together no schema tells.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from crosstrial.spec.checks.names import DNS_LABEL, NAME
from crosstrial.spec.document import Experiment
from crosstrial.spec.node import TASKS
from crosstrial.spec.quantities import BYTES, CORES, DURATION
from crosstrial.spec.scorers import SCORERS

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VALUE: Schema = {"type": ["null", "boolean", "number", "string", "array"]}
# Data sets that `SOURCE:ID` can name.
SHORT = (
    "SklearnData",
    "PackagedData",
    "SyntheticData",
    "OpenmlData",
    "OpenmlTaskData",
    "OpenmlSuiteData",
)
SHORTHAND = r"^(?:(?:sklearn|packaged|synthetic):.+|openml(?:-task|-suite)?:\d+)$"
DESCRIPTIONS: dict[str, dict[str, str]] = {
    "Experiment": {
        "apiVersion": "The version of this grammar.",
        "metadata": "What identifies the experiment.",
        "spec": "What is wanted.",
    },
    "Metadata": {
        "name": "A DNS-1123 label: the experiment's identity in the store.",
        "labels": "Words of your own; they change nothing.",
    },
    "ExperimentSpec": {
        "seed": "Seeds draws and estimators.",
        "dataGroups": "Data sets in named groups.",
        "modelGroups": "Kinds of models in named groups.",
        "applications": "For each data group, the model groups that meet it.",
        "runsPerPair": "How many trials each pair of a model and a data set gets, in each search.",
        "searches": "How often each pair is searched, independently, with draws of its own.",
        "secondsPerPair": "Seconds of preprocessing, fit and score after which a pair is closed.",
        "sampler": "How configurations are drawn.",
        "pruner": "Which trials are stopped early, by validation scores of their pair.",
        "evaluation": "How a configuration is scored.",
        "limits": "What ends a trial, a pair or the experiment.",
        "batch": "How much work one batch holds.",
        "resources": "What one batch may use.",
        "pod": "What else goes into a batch's pod, on Kubernetes.",
    },
    "Model": {
        "name": "Default: the class name in kebab-case.",
        "model": "The path of an estimator class, or one for each task, or a program.",
        "preprocess": "Fitted on the training part of each split.",
        "points": "Configurations to try first; `default` is the estimator's own.",
        "space": "Parameters to draw; a bare value is a constant.",
        "skipOtherTasks": "Skip data sets of a task that the model has no class for.",
        "epochs": "Train step by step, and score after each step.",
    },
    "Command": {
        "command": "The program in the image and its arguments.",
        "tasks": "The tasks that it serves; default both.",
    },
    "Epochs": {
        "count": "How many epochs.",
        "every": "Epochs between two scores; default: so many that a curve has 256 at most.",
        "by": "How the class is trained on; default: the first of these that it has.",
        "parameter": "What counts epochs, where it is not n_estimators or max_iter.",
    },
    "MedianPruner": {
        "startupTrials": "How many trials of the pair run to their end before any is pruned.",
        "warmupEpochs": "No trial is pruned before this epoch.",
    },
    "SuccessiveHalvingPruner": {
        "minResource": "Epochs of the first rung.",
        "reductionFactor": "One trial in so many goes on from a rung to the next.",
        "minEarlyStoppingRate": "How many of the first rungs are left out.",
    },
    "HyperbandPruner": {
        "minResource": "Epochs of the first rung of the first bracket.",
        "reductionFactor": "One trial in so many goes on from a rung to the next.",
    },
    "Sampler": {
        "kind": "By chance, evenly, or by the validation scores of earlier trials (tpe).",
        "levels": "How many values a continuous parameter has on a grid; default 5.",
    },
    "Evaluation": {
        "seed": "Seeds the splits.",
        "outer": "How the test parts are split off.",
        "inner": "How validation parts are split off the training parts.",
        "stratify": "Whether parts keep the proportions of classes; auto: in classification.",
        "metrics": "scikit-learn scorer names; the first is the primary one unless told.",
        "primary": "The metric by which configurations are chosen.",
        "failures": "Whether a failed configuration counts as a run, or another one follows.",
        "missing": "What a pair without any success counts as when models are compared.",
    },
    "Limits": {
        "trialSeconds": "A trial that takes longer has failed.",
        "parallelBatches": "How many batches run at once.",
        "failuresPerPair": "A pair with so many failures stops.",
        "wallClock": "Unpaused time after which the experiment ends, such as 2h.",
        "cpuHours": "Core hours after which the experiment ends.",
    },
    "Batching": {
        "targetSeconds": "What a lost batch may cost.",
        "maxTrials": "The most trials in one batch.",
    },
    "Resources": {
        "cpu": "Cores, such as 2 or 500m; as many trials run at once.",
        "memory": "Memory of a batch, such as 1Gi.",
        "maxMemory": "How far memory is doubled for trials that need more.",
    },
}


def json_schema() -> Schema:
    """Return the schema of a document."""
    schema = _cleaned(Experiment.model_json_schema())
    definitions = schema["$defs"]
    _write_units(definitions)
    _write_groups(definitions)
    _write_space(definitions)
    _write_metrics(definitions)
    _write_epochs(definitions)
    definitions["Metadata"]["properties"]["name"]["pattern"] = f"^{DNS_LABEL.pattern}$"
    for name, described in DESCRIPTIONS.items():
        properties = definitions.get(name, schema)["properties"]
        for key, text in described.items():
            properties[key]["description"] = text
    head = {"$schema": DIALECT, "title": "crosstrial/v1", "description": "An experiment."}
    return {**schema, **head}


def _cleaned(schema: Any) -> Any:
    """Leave out what pydantic adds: titles made of names, hints for OpenAPI, long defaults."""
    if isinstance(schema, list):
        return [_cleaned(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _cleaned(part)
        for key, part in schema.items()
        if not (key == "title" and isinstance(part, str))
        and not (key == "discriminator" and "propertyName" in part)
        and not (key == "default" and isinstance(part, dict | type(None)))
    }


def _write_units(definitions: Schema) -> None:
    """Allow durations and quantities as they are written."""
    duration = _unit(DURATION.pattern)
    for owner, key, default in (
        ("ExperimentSpec", "secondsPerPair", None),
        ("Limits", "trialSeconds", 300),
        ("Limits", "wallClock", None),
        ("Batching", "targetSeconds", 60),
    ):
        definitions[owner]["properties"][key] = _optional(duration, default)
    resources = definitions["Resources"]["properties"]
    resources["cpu"] = {**_unit(CORES.pattern), "default": "1"}
    resources["memory"] = {**_unit(BYTES.pattern), "default": "1Gi"}
    resources["maxMemory"] = {**_unit(BYTES.pattern), "default": "4Gi"}


def _unit(pattern: str) -> Schema:
    written = {"type": "string", "pattern": f"^(?:{pattern})$", "minLength": 1}
    return {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, written]}


def _optional(unit: Schema, default: int | None) -> Schema:
    if default is not None:
        return {**unit, "default": default}
    return {"anyOf": [*unit["anyOf"], {"type": "null"}]}


def _write_groups(definitions: Schema) -> None:
    """Allow `SOURCE:ID` and left-out names; refuse what is empty."""
    for name in (*SHORT, "Model"):
        definitions[name]["required"].remove("name")
    spec = definitions["ExperimentSpec"]["properties"]
    items = spec["dataGroups"]["additionalProperties"]["items"]
    shorthand = {"type": "string", "pattern": SHORTHAND}
    # Recorded, not written.
    del definitions["OpenmlSuiteData"]["properties"]["members"]
    spec["dataGroups"]["additionalProperties"]["items"] = {"anyOf": [shorthand, items]}
    for key in ("dataGroups", "modelGroups", "applications"):
        spec[key]["minProperties"] = 1
        spec[key]["propertyNames"] = {"pattern": f"^{NAME.pattern}$"}
        spec[key]["additionalProperties"]["minItems"] = 1


def _write_space(definitions: Schema) -> None:
    """Allow bare values for constants and `default` for the empty point."""
    definitions["Constant"]["required"] = ["distribution", "value"]
    model = definitions["Model"]["properties"]
    model["points"]["items"] = {"anyOf": [{"const": "default"}, model["points"]["items"]]}
    model["space"]["additionalProperties"] = {
        "anyOf": [VALUE, model["space"]["additionalProperties"]]
    }
    alternatives = definitions["OneOf"]["properties"]["oneOf"]
    alternatives["items"] = {"anyOf": [VALUE, alternatives["items"]]}
    # A split without a kind is a holdout.
    definitions["HoldoutSplit"]["required"] = []


def _write_metrics(definitions: Schema) -> None:
    """Name the scorers of each task."""
    for task in TASKS:
        names = [scorer.name for scorer in SCORERS.values() if task in scorer.tasks]
        definitions["Metrics"]["properties"][task]["items"] = {"enum": names}
        definitions["Primary"]["properties"][task] = {"enum": names}


def _write_epochs(definitions: Schema) -> None:
    """Allow a bare number of epochs."""
    model = definitions["Model"]["properties"]
    count = definitions["Epochs"]["properties"]["count"]
    model["epochs"] = {"anyOf": [dict(count), *model["epochs"]["anyOf"]]}
