from __future__ import annotations

import json
from pathlib import Path

import pytest

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import ConflictError, InvalidError
from crosstrial.spec.load import load_file, parse_document, read_document
from crosstrial.spec.source import plain
from crosstrial.spec.yaml_text import read_yaml
from support.documents import DOCUMENT, EXAMPLE, parsed

# The normal form of the contract's example, without what equals the default.
NORMAL_FORM = {
    "apiVersion": "crosstrial/v1",
    "kind": "Experiment",
    "metadata": {"name": "forests-and-kernels", "labels": {"team": "research"}},
    "spec": {
        "seed": 7,
        "dataGroups": {
            "small": [
                {"name": "breast_cancer", "source": "sklearn", "id": "breast_cancer"},
                {"name": "sugar", "source": "sklearn", "id": "diabetes"},
                {
                    "name": "churn",
                    "source": "csv",
                    "uri": "./churn.csv",
                    "target": "churned",
                    "task": "classification",
                },
                {
                    "name": "blobs",
                    "source": "synthetic",
                    "id": "make_classification",
                    "params": {"n_samples": 500, "random_state": 1},
                },
            ]
        },
        "modelGroups": {
            "forests": [
                {
                    "name": "random-forest",
                    "model": {
                        "classification": "sklearn.ensemble.RandomForestClassifier",
                        "regression": "sklearn.ensemble.RandomForestRegressor",
                    },
                    "preprocess": {"encode": "ordinal"},
                    "points": [{}, {"n_estimators": 500}],
                    "space": {
                        "n_estimators": {"distribution": "int_uniform", "min": 10, "max": 300},
                        "max_features": {
                            "oneOf": [
                                {"distribution": "constant", "value": "sqrt"},
                                {"distribution": "constant", "value": "log2"},
                                {"distribution": "float_uniform", "min": 0.1, "max": 1.0},
                            ]
                        },
                        "n_jobs": {"distribution": "constant", "value": 1},
                    },
                }
            ],
            "kernels": [
                {
                    "name": "svm",
                    "model": {"classification": "sklearn.svm.SVC", "regression": "sklearn.svm.SVR"},
                    "preprocess": {"scale": "standard", "target": "standard"},
                    "space": {
                        "C": {"distribution": "log_uniform", "min": 0.001, "max": 1000.0},
                        "kernel": {
                            "distribution": "categorical",
                            "values": ["rbf", "poly", "linear"],
                        },
                        "degree": {
                            "distribution": "int_uniform",
                            "min": 2,
                            "max": 5,
                            "when": {"kernel": ["poly"]},
                        },
                        "gamma": {
                            "distribution": "log_norm",
                            "mu": -2.0,
                            "sigma": 1.0,
                            "when": {"kernel": ["rbf", "poly"]},
                        },
                    },
                }
            ],
        },
        "applications": {"small": ["forests", "kernels"]},
        "runsPerPair": 60,
        "secondsPerPair": 3600.0,
        "evaluation": {
            "metrics": {
                "classification": ["balanced_accuracy", "accuracy"],
                "regression": ["neg_root_mean_squared_error", "r2"],
            }
        },
        "limits": {"wallClock": 7200.0, "cpuHours": 50.0},
    },
}


def test_the_contracts_example_is_its_normal_form() -> None:
    experiment = parse_document(EXAMPLE, "e.yaml").experiment
    expected = Experiment.model_validate(NORMAL_FORM)
    assert experiment == expected
    # Equal texts: 1, 1.0 and true are equal in Python only.
    assert experiment.model_dump_json() == expected.model_dump_json()


def test_a_normal_form_is_kept_and_read_back() -> None:
    experiment = parse_document(EXAMPLE, "e.yaml").experiment
    assert Experiment.model_validate(experiment.model_dump()) == experiment
    assert Experiment.model_validate(json.loads(experiment.model_dump_json())) == experiment


def test_json_is_the_same_document(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    path.write_text(json.dumps(plain(read_yaml(DOCUMENT, "demo").root), indent="\t"))
    assert load_file(path) == parsed()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidError, match=r"nowhere\.yaml: there is no such file; `crosstrial init`"
    ):
        load_file(tmp_path / "nowhere.yaml")


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="is a folder; name the document in it"):
        load_file(tmp_path)


def test_a_path_through_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidError, match=r"file/e\.yaml: Not a directory; choose a file"):
        load_file(tmp_path / "file" / "e.yaml")


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text(DOCUMENT + "# " + "x" * (1 << 20))
    with pytest.raises(InvalidError, match="larger than 1 MiB; a document declares an experiment"):
        load_file(path)


def test_other_encodings_are_told_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: 1\nb: ä".encode("latin-1"))
    with pytest.raises(InvalidError) as caught:
        load_file(path)
    assert str(caught.value) == f"{path}:2:4: is not UTF-8 text; save it in the encoding UTF-8"


def test_later_errors_are_placed_in_the_text(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_text(DOCUMENT)
    document = read_document(path)
    at = ("spec", "modelGroups", "kernels", 0, "model")
    with pytest.raises(InvalidError) as caught, document.placing():
        raise InvalidError("is no class", "write another", at=at)
    assert str(caught.value) == (
        f"{path}:10:16: spec.modelGroups.kernels[0].model: is no class; write another"
    )


def test_errors_keep_their_kind_when_they_are_placed() -> None:
    with pytest.raises(ConflictError) as caught, parse_document(DOCUMENT, "e.yaml").placing():
        raise ConflictError("changed")
    assert str(caught.value) == "e.yaml: changed"
