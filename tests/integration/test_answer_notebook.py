"""The notebook of the examples, cell after cell in a process of its own, on its real data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from support.arena import DEADLINE_SECONDS, Arena

NOTEBOOK = Path(__file__).parents[2] / "examples" / "answer.ipynb"
MOST_LINES = 25
SHOWN = """
print(comparison.verdict.sentence)
print("tuned:", *sorted(cells["model"].unique()))
"""


def code_cells() -> list[str]:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["outputs"] for cell in code] == [[]] * len(code)
    return ["".join(cell["source"]) for cell in code]


def test_it_answers_the_question_in_25_lines_from_submit_to_verdict(arena: Arena) -> None:
    code = "\n".join(code_cells())
    assert len([line for line in code.splitlines() if line.strip()]) <= MOST_LINES
    done = subprocess.run(
        [sys.executable, "-c", code + SHOWN],
        cwd=arena.folder,
        env=arena.environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *_, progress, verdict, models = done.stdout.splitlines()
    assert "answer: 63/63 trials (100%), 0 failed" in progress
    assert "over 7 data sets" in verdict
    assert models == "tuned: decision-tree-classifier k-neighbors-classifier svc"
    assert "answer" in arena.cli("list", "-o", "name").stdout
