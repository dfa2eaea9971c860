"""What the guide to experiments says of its grid is so."""

from __future__ import annotations

import re
from pathlib import Path

from crosstrial.decide.coverage import coverage_mistakes
from crosstrial.spec.load import parse_document

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "experiments.md"
DOCUMENTS = re.findall(r"```yaml\n(apiVersion:.*?)```", GUIDE.read_text(), flags=re.DOTALL)


def test_the_whole_grid_is_covered_by_as_many_runs_as_the_guide_says() -> None:
    (grid,) = (text for text in DOCUMENTS if "kind: grid" in text)
    smaller = parse_document(grid.replace("runsPerPair: 20", "runsPerPair: 19"), "grid.yaml")
    (mistake,) = coverage_mistakes(smaller.experiment)
    assert "has 20 configurations" in str(mistake)
