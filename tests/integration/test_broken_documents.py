"""Whatever is wrong with a document: exit 2, one message with its place and what to do about it.

Most cases call the command in this process; a few run the real program.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crosstrial.cli.main import app
from support.arena import Arena
from support.documents import (
    DOCUMENT,
    IRIS,
    MODEL,
    POINTS,
    RUNS,
    P,
    broken,
    broken_parameter,
    broken_spec,
    changed,
    marked,
)

CONSTANT = "distribution: constant, value: 1"
SVM = "model: sklearn.svm.SVC"
TABLE = "{name: table, source: csv, uri: table.csv, target: y}"
ROWS = "a,b,y\n" + "".join(f"{n},{n * n % 7},{'yes' if n % 3 else 'no'}\n" for n in range(60))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CROSSTRIAL_ESTIMATOR_MODULES", raising=False)
    return tmp_path


def validate(text: str | bytes, folder: Path) -> Result:
    """Run `crosstrial validate --data` on a document."""
    content = text.encode() if isinstance(text, str) else text
    (folder / "e.yaml").write_bytes(content)
    return CliRunner().invoke(app, ["validate", "--data", "e.yaml"])


def assert_refused(done: Result, start: str, words: str) -> None:
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: {start}: ")
    assert done.stderr.count("error:") == 1
    assert words in done.stderr
    assert "; " in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_the_document_that_is_broken_here_is_good(folder: Path) -> None:
    (folder / "table.csv").write_text(ROWS)
    good = DOCUMENT.replace(P, "max_iter: 1000").replace(IRIS, f"[sklearn:iris, {TABLE}]")
    done = validate(good, folder)
    assert done.exit_code == 0, done.output
    assert "2 pairs of 1 model and 2 data sets, 3 runs each: 6 trials" in done.stdout


TEXT = [
    broken("tab", RUNS, "↓\truns: 3", "indent with spaces"),
    broken("colon", "name: svm", "name: s↓: vm", "quote text that contains a colon"),
    broken("duplicate", RUNS, f"{RUNS}\n  ↓{RUNS}", "is repeated, it stands in line 18"),
    broken("two-documents", f"{RUNS}\n", f"{RUNS}\n↓---\na: 1\n", "a second document begins"),
    broken("nan", RUNS, "runsPerPair: ↓.nan", "must be a finite number"),
    broken("huge", RUNS, f"runsPerPair: ↓{10**20}", "more than 64 bits"),
    broken("number-as-key", "small: [sk", "↓1: [sk", "a key must be a string"),
]
SHAPE = [
    broken("wrong-type", RUNS, "runsPerPair: ↓ten", "must be an integer, not the string 'ten'"),
    broken("unknown-key", RUNS, "runsPerPair: 3\n  ↓sed: 1", "did you mean seed?"),
    broken(
        "missing-key",
        f"spec:\n  dataGroups:\n    small: {IRIS}",
        "↓spec:",
        "dataGroups: is missing",
    ),
    broken("shorthand", "sklearn:iris", "↓iris", "write sklearn:iris"),
    broken("source", "sklearn:iris", "↓opnml:31", "did you mean openml?"),
    broken_spec("sampler", "sampler: {kind: ↓tree}", "choose random, grid, sobol, halton or tpe"),
    broken_spec("pruner", "pruner: {kind: ↓mean}", "did you mean median?"),
    broken_spec("pruner-key", "pruner: {kind: median, ↓warmup: 3}", "did you mean warmupEpochs?"),
    broken_spec("rungs", "pruner: {kind: hyperband, reductionFactor: ↓1}", "must be at least 2"),
    broken_spec("outer", "evaluation: {outer: {kind: ↓kfolds}}", "did you mean kfold?"),
    broken_spec("missing", "evaluation: {missing: ↓zero}", "choose baseline, drop_dataset or"),
    broken("epochs", MODEL, f"{MODEL}\n        epochs: ↓0", "must be at least 1"),
    broken("no-program", SVM, "model: {↓command: []}", "names no program"),
    broken_spec("memory", "resources: {memory: ↓12 Mi}", "write it without a blank"),
    broken_parameter("no-bound", "distribution: norm, ↓men: 0, std: 1", "did you mean mean?"),
]
MEANING = [
    broken_spec("levels", "sampler: {kind: sobol, levels: ↓5}", "levels are those of a grid"),
    broken("every", MODEL, f"{MODEL}\n        epochs: {{count: 5, every: ↓9}}", "less often"),
    broken_parameter("cycle", f"{CONSTANT}, ↓when: {{p: [1]}}", "conditions go in a circle"),
    broken_parameter("order", "distribution: int_uniform, min: ↓4, max: 3", "greater than max 3"),
    broken_parameter("log", "distribution: log_uniform, min: ↓0, max: 3", "greater than 0"),
    broken_parameter(
        "multiple",
        "distribution: float_uniform, min: 1, max: 4, ↓round: {mode: ceil, to: 9}",
        "no multiple of 9 lies inside",
    ),
    broken("inactive", POINTS, "points: [{↓degree: 3}]", "degree is inactive here"),
    broken("n-jobs", P, "n_jobs: ↓9", "a batch has 1 core"),
    broken("no-pairs", "applications: {small: [kernels]}", "↓applications: {}", "is empty"),
    broken("group", "[kernels]", "[↓kernel]", "there is no model group kernel"),
    broken("name", "demo}", "↓Demo}", "is no DNS-1123 label"),
    broken_spec(
        "metric",
        "evaluation: {metrics: {classification: [↓acuracy]}}",
        "'acuracy' is no metric of scikit-learn; did you mean accuracy?",
    ),
    broken_spec("task", "evaluation: {metrics: {regression: [r2, ↓f1]}}", "not for regression"),
]
ESTIMATORS = [
    broken("no-epochs", MODEL, f"{MODEL}\n        epochs: ↓10", "SVC cannot be trained by epochs"),
    broken("program", SVM, "model: {↓command: [/bin/sh]}", "set CROSSTRIAL_COMMANDS=/bin/sh"),
    broken("class", SVM, "model: ↓sklearn.svm.SVX", "is not there; did you mean"),
    broken("module", SVM, "model: ↓sklearn.smv.SVC", "did you mean sklearn.svm?"),
    broken("allowlist", SVM, "model: ↓os.path.join", "outside of the modules that are allowed"),
    broken("kind", SVM, "model: ↓sklearn.cluster.KMeans", "name a classifier or regressor"),
    broken("parameter", P, "↓gama: 1", "has no parameter gama; did you mean gamma?"),
]
DATA = [
    broken("id", "sklearn:iris", "↓sklearn:irs", "did you mean iris?"),
    broken("packaged", "sklearn:iris", "↓packaged:pma", "did you mean pima?"),
    broken("no-file", IRIS, "[↓{name: a, source: csv, uri: no.csv, target: y}]", "no file"),
    broken("target", IRIS, "[↓{name: a, source: csv, uri: table.csv, target: z}]", "z"),
    broken(
        "generator",
        IRIS,
        "[↓{source: synthetic, id: make_moons, params: {n: 9}}]",
        "has no parameter 'n'",
    ),
]
NO_FIT = [
    pytest.param(
        {"space:": "↓space:", P: "shrinking: true", RUNS: f"{RUNS}\n  sampler: {{kind: grid}}"},
        "the grid of svm has 25 configurations, and runsPerPair is 3; raise runsPerPair",
        id="grid",
    ),
    pytest.param(
        {
            P: "max_iter: 99",
            IRIS: "[↓sklearn:iris]",
            RUNS: f"{RUNS}\n  evaluation: {{outer: {{kind: openml}}}}",
        },
        "iris is no task of OpenML's",
        id="no-task-of-openml",
    ),
    pytest.param(
        {SVM: "model: ↓sklearn.svm.SVR", P: "max_iter: 99"},
        "model svm has no class for classification, the task of data set iris; write `model: {cl",
        id="no-class",
    ),
    pytest.param(
        {P: "max_iter: 99", RUNS: f"{RUNS}\n  ↓evaluation: {{metrics: {{classification: [f1]}}}}"},
        "f1 is for two classes, and data set iris has 3; choose one for many classes, such as f1_",
        id="two-classes",
    ),
    pytest.param(
        {
            MODEL: "name: svm\n        model: ↓sklearn.linear_model.RidgeClassifier",
            "space:": "space: {tol: 0.1}\n      - model: sklearn.svm.SVC\n        space:",
            P: "max_iter: 99",
            RUNS: f"{RUNS}\n  evaluation: {{metrics: {{classification: [neg_log_loss]}}}}",
        },
        "has no probabilities, which the primary metric neg_log_loss needs; choose another",
        id="no-probabilities",
    ),
    pytest.param(
        {
            SVM: "model: sklearn.svm.SVR",
            P: "max_iter: 99",
            IRIS: "[↓sklearn:diabetes]",
            RUNS: f"{RUNS}\n  evaluation: {{stratify: true}}",
        },
        "stratify is true",
        id="stratified-regression",
    ),
    pytest.param(
        {
            P: "max_iter: 99",
            IRIS: "[↓sklearn:iris]",
            RUNS: f"{RUNS}\n  evaluation: {{outer: {{kind: kfold, folds: 60}}}}",
        },
        "150 rows cannot be split",
        id="too-many-folds",
    ),
    pytest.param(
        {
            SVM: "model: sklearn.svm.SVR\n        skipOtherTasks: true",
            P: "max_iter: 99",
            "applications": "↓applications",
        },
        "no pair is left, every model skips the tasks of its data sets",
        id="all-skipped",
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), TEXT + SHAPE + MEANING)
def test_a_broken_document(folder: Path, old: str, new: str, words: str) -> None:
    text, place = marked(changed(old, new))
    assert_refused(validate(text, folder), f"e.yaml:{place}", words)


@pytest.mark.parametrize(("old", "new", "words"), ESTIMATORS + DATA)
def test_a_document_that_names_what_is_not_there(
    folder: Path, old: str, new: str, words: str
) -> None:
    (folder / "table.csv").write_text(ROWS)
    text, place = marked(changed(old, new).replace(f"{P}\n", "max_iter: 99\n"))
    assert_refused(validate(text, folder), f"e.yaml:{place}", words)


@pytest.mark.parametrize(("changes", "words"), NO_FIT)
def test_models_data_sets_and_metrics_that_do_not_fit(
    folder: Path, changes: dict[str, str], words: str
) -> None:
    text = DOCUMENT
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    text, place = marked(text)
    assert_refused(validate(text, folder), f"e.yaml:{place}", words)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "start", "words"),
    [
        pytest.param(b"", "e.yaml", "the file is empty", id="empty"),
        pytest.param(BOMB.encode(), "e.yaml", "aliases expanded", id="alias-bomb"),
        pytest.param(b"# x\n" * (5 << 18), "e.yaml", "larger than 1 MiB", id="5-MB"),
        pytest.param(b"[" * 500_000, "e.yaml:1:34", "nested deeper than", id="deep"),
        pytest.param(b"a: 1\nb: \xff", "e.yaml:2:4", "is not UTF-8 text", id="not-utf-8"),
        pytest.param(b"- a\n", "e.yaml:1:1", "must be a mapping", id="list"),
        pytest.param(b"\x89PNG\r\n\x00", "e.yaml:1:1", "is not UTF-8", id="picture"),
        pytest.param(b"a: \x00", "e.yaml:1:4", "U+0000 is not allowed", id="binary"),
    ],
)
def test_a_file_that_is_no_document(folder: Path, content: bytes, start: str, words: str) -> None:
    assert_refused(validate(content, folder), start, words)


def test_a_folder_and_nothing_are_no_documents(folder: Path) -> None:
    for name, words in ((".", "is a folder"), ("no.yaml", "there is no such file")):
        done = CliRunner().invoke(app, ["validate", name])
        assert_refused(done, name, words)


def test_all_mistakes_of_a_stage_are_told_at_once(folder: Path) -> None:
    text = changed(P, "n_jobs: 9").replace("demo", "Demo").replace("[kernels]", "[kernel]")
    done = validate(text, folder)
    assert done.exit_code == 2
    told = done.stderr.removeprefix("error: ").splitlines()
    assert [line.split(": ")[0] for line in told] == ["e.yaml:3:18", "e.yaml:16:19", "e.yaml:17:26"]


TABLES = [
    pytest.param("a,b\n1,2\n3,4\n", "y", id="no-target"),
    pytest.param("a,y\n" + "1,x\n" * 20, "y", id="one-class"),
    pytest.param("a,y\n1,x\n2,z\n", "rows", id="two-rows"),
    pytest.param("a,y\n" + "1,x\n" * 20 + "2,z\n", "z", id="a-class-of-one-row"),
    pytest.param("a,y\n" + "1,x\n2,z,3\n" * 20, "line 3", id="ragged"),
    pytest.param("a,y\n" + "1,x\n2,\n" * 20, "missing", id="target-missing"),
    pytest.param("", "empty", id="empty"),
]


@pytest.mark.parametrize(("rows", "words"), TABLES)
def test_a_table_that_cannot_be_used(folder: Path, rows: str, words: str) -> None:
    (folder / "table.csv").write_text(rows)
    text, place = marked(changed(IRIS, f"[↓{TABLE}]").replace(P, "max_iter: 99"))
    assert_refused(validate(text, folder), f"e.yaml:{place}", words)


def test_nothing_runs_and_nothing_is_left(arena: Arena) -> None:
    text, place = marked(changed(SVM, "model: ↓sklearn.svm.SVX"))
    arena.write("e.yaml", text)
    done = arena.cli("run", "e.yaml")
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"error: e.yaml:{place}: spec.modelGroups.kernels[0].model: ")
    assert "Traceback" not in done.stderr
    assert arena.processes() == []
