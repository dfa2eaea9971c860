"""The report as one HTML file: the template filled in, with the charts' library inlined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import jinja2
import vl_convert
from markupsafe import Markup

from crosstrial.analysis.report import answers, background, effort, running, understanding
from crosstrial.analysis.report.background import moment
from crosstrial.analysis.report.findings import Findings
from crosstrial.analysis.report.parts import Section, quantity

SECTIONS: Sequence[Callable[[Findings], Section]] = (
    answers.ranks,
    answers.pairs,
    answers.scores,
    effort.profile,
    effort.after,
    understanding.tunability,
    understanding.importance,
    understanding.effects,
    understanding.curves,
    understanding.overfitting,
    running.failures,
    running.cost,
    background.methods,
    background.provenance,
)
SNIPPET = "window.vegaEmbed = vegaEmbed;"
REFRESH_SECONDS = 10


def report_html(findings: Findings) -> str:
    """Return the whole file; a browser reads it again by itself until the experiment has ended."""
    comparison, record = findings.comparison, findings.experiment
    return template("report.html.j2").render(
        name=record.name,
        state=record.state.value,
        refresh=None if record.state.ended else REFRESH_SECONDS,
        comparison=comparison,
        figures=_figures(findings),
        made=moment(findings.origin.made),
        sections=[section(findings) for section in SECTIONS],
        library=_library(),
    )


def template(name: str) -> jinja2.Template:
    """Return a template of the report; what it is given is text, not HTML."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("crosstrial.analysis.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(name)


def _figures(findings: Findings) -> dict[str, str]:
    """Return the experiment in a few numbers."""
    cells = findings.comparison.cells
    return {
        "data sets": f"{len({cell.dataset for cell in cells}):,}",
        "models": f"{len({cell.model for cell in cells}):,}",
        "trials": f"{sum(cost.trials for cost in findings.model_costs):,}",
        "failed": f"{sum(group.count for group in findings.failures):,}",
        "core hours": quantity(sum(cost.core_hours for cost in findings.model_costs)).text,
    }


@cache
def _library() -> Markup:
    """Return Vega, Vega-Lite and Vega-Embed as one script that ends no script element."""
    bundle: str = vl_convert.javascript_bundle(SNIPPET)
    # In a string both are the same; anywhere else JavaScript has no use for them.
    safe = bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    return Markup(safe)  # noqa: S704 a library's code, no user's text
