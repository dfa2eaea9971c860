"""Documents that the documentation shows can be run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crosstrial.spec.load import parse_document

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOCUMENTS = [
    pytest.param(text, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL))
    if "kind: Experiment" in text
]


def test_the_readme_shows_a_document() -> None:
    assert DOCUMENTS


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_document_in_the_docs_is_one_that_works(text: str) -> None:
    assert parse_document(text, "docs").experiment.spec.runs_per_pair > 0
