"""The gallery's pictures and outputs, drawn by the product's own code from recorded experiments.

`python -m support.gallery` writes what the documentation shows; a test compares it with what the
code draws now. `support.recordings` makes what is drawn from.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import vl_convert

from crosstrial.analysis.report import answers, effort, running, understanding
from crosstrial.analysis.report.charts import INK
from crosstrial.analysis.report.findings import Findings, Origin, findings
from crosstrial.analysis.report.page import template
from crosstrial.analysis.report.parts import Figure, Section, Table
from crosstrial.cli.render.comparison import show_comparison
from crosstrial.cli.render.failures import show_failures
from crosstrial.cli.sample import sample
from support.recordings import SUFFIX, read

FOLDER = Path(__file__).parents[2] / "docs" / "gallery"
PAGE = FOLDER.with_suffix(".md")
# What is printed, and tables, stand in the page itself.
WRITTEN = re.compile(r"(<!-- drawn: ([\w-]+\.(?:txt|html)) -->\n).*?(<!-- end -->)", re.S)
PICTURE = re.compile(r"\(gallery/([\w-]+\.svg)\)")
ANSWERS: tuple[Callable[[Findings], Section], ...] = (
    answers.ranks,
    answers.pairs,
    answers.scores,
    effort.profile,
    effort.after,
    understanding.tunability,
    understanding.curves,
    understanding.overfitting,
    running.failures,
    running.cost,
)
PARAMETERS = (understanding.importance, understanding.effects)
SEARCHED = "svm"  # the model whose space is sampled
SPACE_DRAWS = 999
WIDTH = 560
# Points that only a pointer makes visible.
UNSEEN = re.compile(r'<path [^>]*opacity="0"[^>]*/?>(?:</path>)?')
# As the report's page has it, on paper: a picture in a page can't take over the page's colours.
PAPER = {INK: "#333333"}
LOOK: dict[str, Any] = {
    "background": "white",
    "aria": False,  # the page's text tells what it shows
    # Texts are measured in the library's own font; a reader's may be wider.
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "padding": {"left": 36, "right": 12, "top": 12, "bottom": 12},
    "view": {"stroke": None},
    "axis": {
        "gridOpacity": 0.5, "labelFontSize": 12, "titleFontSize": 12,
        "titleFontWeight": "normal", "labelLimit": 200,
    },
    "legend": {
        "orient": "bottom", "direction": "horizontal", "columns": 5,
        "labelFontSize": 12, "symbolStrokeWidth": 3, "columnPadding": 24,
    },
}  # fmt: skip


def pictures() -> list[str]:
    """Return the names of the pictures that the page shows."""
    return PICTURE.findall(PAGE.read_text())


def written() -> list[str]:
    """Return the names of what the page holds as text."""
    return [name for _, name, _ in WRITTEN.findall(PAGE.read_text())]


def page(files: dict[str, str]) -> str:
    """Return the page with what is drawn now in its places."""
    return WRITTEN.sub(lambda m: f"{m[1]}\n{_block(m[2], files[m[2]])}\n{m[3]}", PAGE.read_text())


def _block(name: str, text: str) -> str:
    return text if name.endswith(".html") else f"```text\n{text}```\n"


def drawn() -> dict[str, str]:
    """Return whatever is drawn, by name."""
    models, space = told("models"), told("space")
    return {
        "compare.txt": printed(lambda: show_comparison(models.comparison, wide=False)),
        "failures.txt": printed(lambda: show_failures(models.failures)),
        **dict(_sampled()),
        **{name: text for part in ANSWERS for name, text in _files(part(models))},
        **{name: text for part in PARAMETERS for name, text in _files(part(space))},
    }


def told(name: str) -> Findings:
    """Return what a recording tells."""
    recording = read(FOLDER / f"{name}{SUFFIX}")
    origin = Origin(made=recording.made, program="", workers={})
    return findings(recording.experiment, recording.outcomes, recording.states, origin)


def printed(command: Callable[[], object]) -> str:
    """Return what a command prints on a pipe."""
    with redirect_stdout(io.StringIO()) as stream:
        command()
    return stream.getvalue()


def _sampled() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "sample.svg"
        source = FOLDER / "space.yaml"
        yield "sample.txt", printed(lambda: sample(source, SEARCHED, plot=picture))
        yield picture.name, picture.read_text()


def _files(section: Section) -> Iterator[tuple[str, str]]:
    for place, figure in enumerate(section.figures, start=1):
        yield f"{section.key}-{place}.svg", svg(figure)
    for place, table in enumerate(section.tables, start=1):
        yield f"{section.key}-{place}.html", html(table)


def svg(figure: Figure) -> str:
    """Return a figure of the report as a picture of its own."""
    spec = {**figure.chart, "width": WIDTH, "title": figure.title, "config": LOOK}
    picture: str = vl_convert.vegalite_to_svg(_on_paper(spec))
    return UNSEEN.sub("", picture) + "\n"


def _on_paper(value: Any) -> Any:
    """Return a specification with colours of its own."""
    if isinstance(value, dict):
        return {key: _on_paper(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_on_paper(item) for item in value]
    return PAPER.get(value, value) if isinstance(value, str) else value


def html(table: Table) -> str:
    """Return a table of the report as the report has it."""
    module: Any = template("table.html.j2").module
    text: str = module.table(table)
    return text.strip() + "\n"


def main() -> None:
    """Write the page and its pictures, and remove those that it shows no more."""
    files = drawn()
    PAGE.write_text(page(files), encoding="utf-8")
    for path in FOLDER.glob("*.svg"):
        path.unlink()
    for name in pictures():
        (FOLDER / name).write_text(files[name], encoding="utf-8")


if __name__ == "__main__":
    main()
