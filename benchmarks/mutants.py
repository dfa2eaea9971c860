"""Whether the tests notice when a formula is changed: mutation testing of statistics and answers.

    python -m pip install mutmut==3.8.1
    python benchmarks/mutants.py FOLDER [MUTANTS ...]

It works on a copy in FOLDER, laid out as mutmut wants it, and runs the unit tests of `TESTS` only.
The copy has no `lru_cache`, as mutmut passes over what is decorated: what is cached is mutated
too. `mutmut show NAME`, called in FOLDER, shows a survivor.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
ANSWERS = (
    "normalise", "selection", "standings", "tables", "inference", "verdict", "interim", "scores",
)  # fmt: skip
MUTATED = ["src/crosstrial/stats/*.py", *(f"src/crosstrial/analysis/{name}.py" for name in ANSWERS)]
TESTED_WITH = ("comparison", "missing_scores", "after_runs")
TESTS = [
    "tests/unit/stats",
    *(
        f"tests/unit/analysis/test_{name}.py"
        for name in (*ANSWERS, *TESTED_WITH)
        if (ROOT / f"tests/unit/analysis/test_{name}.py").exists()
    ),
]
# Simulations are slow, and what only they would notice is not tested well.
LEFT_OUT = "not few_verdicts_claim and not four_times_in_five and not about_as_often"
CONFIGURATION = f"""
[tool.pytest.ini_options]
pythonpath = ["src", "tests"]
addopts = "--import-mode=importlib"

[tool.mutmut]
source_paths = ["src"]
only_mutate = {MUTATED!r}
pytest_add_cli_args = ["-x", "-q", "-k", "{LEFT_OUT}"]
pytest_add_cli_args_test_selection = {TESTS!r}
"""
OUTCOME = re.compile(r"^\s*crosstrial\.(\w+\.\w+)\.\S+: (.+)$")


def main(folder: Path, mutants: list[str]) -> None:
    """Mutate, and print how many mutants of each module met which end, and those that live."""
    prepare(folder)
    _mutmut(folder, "run", "--max-children", "2", *mutants)
    results = _mutmut(folder, "results", "--all", "true", stdout=subprocess.PIPE)
    ended = [line for line in results.splitlines() if OUTCOME.match(line)]
    counts = Counter(OUTCOME.sub(r"\1: \2", line) for line in ended)
    sys.stdout.writelines(f"{end}: {count}\n" for end, count in sorted(counts.items()))
    sys.stdout.writelines(f"{line}\n" for line in ended if line.endswith(": survived"))


def _mutmut(folder: Path, *arguments: str, stdout: int | None = None) -> str:
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(  # noqa: S603 its own words, no shell
        command, cwd=folder, check=True, stdout=stdout, text=True
    )
    return done.stdout or ""


def prepare(folder: Path) -> None:
    """Copy sources and tests, and write what tells mutmut and pytest where they are."""
    for source, target in (
        ("controller/crosstrial", "src/crosstrial"),
        ("trial_image/crosstrial_trial", "src/crosstrial_trial"),
        ("tests", "tests"),
    ):
        shutil.rmtree(folder / target, ignore_errors=True)
        shutil.copytree(ROOT / source, folder / target)
    for path in (folder / "src/crosstrial/stats").glob("*.py"):
        path.write_text(re.sub(r"^@lru_cache.*\n", "", path.read_text(), flags=re.MULTILINE))
    (folder / "pyproject.toml").write_text(CONFIGURATION)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
