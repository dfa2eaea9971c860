"""The report: one file that stands alone, tells everything, and trusts no name."""

from __future__ import annotations

import numpy as np
import pytest

from crosstrial.analysis.report.findings import Findings
from crosstrial.analysis.report.page import report_html
from support.reports import Page, read_page
from support.scored import succeeded
from support.told import (
    DATASETS,
    HOSTILE,
    MODELS,
    beginning,
    experiment,
    hostile,
    outcomes,
    running,
    told,
)


@pytest.fixture(scope="module")
def large() -> Findings:
    return told(experiment(DATASETS, MODELS), list(outcomes(DATASETS, MODELS)))


@pytest.fixture(scope="module")
def html(large: Findings) -> str:
    return report_html(large)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return read_page(html)


def test_fifty_data_sets_and_ten_models_stay_under_three_megabytes(html: str) -> None:
    assert len(html.encode()) < 3_000_000


def test_nothing_is_fetched(page: Page) -> None:
    fetching = {"src", "srcset", "data", "poster", "action", "background"}
    assert [tag for tag, attributes in page.tags if fetching & set(attributes)] == []
    assert page.all("link") == []
    assert [a for tag, a in page.tags if "href" in a and tag != "a"] == []
    assert "url(" not in page.styles
    assert "@import" not in page.styles
    policy = next(m["content"] for m in page.all("meta") if "Policy" in m.get("http-equiv", ""))
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_charts_have_their_data_inline(page: Page) -> None:
    assert len(page.charts) > 20
    assert not any('"url"' in str(chart) or "'url'" in str(chart) for chart in page.charts)


def test_it_is_well_formed_and_every_link_within_it_leads_somewhere(page: Page) -> None:
    assert page.unbalanced == []
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(names) == len(set(names))
    inner = {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")}
    assert inner <= set(names)
    assert len(inner) > 10


def test_the_verdict_is_on_top_with_how_configurations_were_chosen(
    page: Page, large: Findings
) -> None:
    verdict = large.comparison.verdict.sentence
    assert "tends to score higher" in verdict
    assert page.text.index(verdict) < page.text.index("Average ranks")
    assert large.comparison.selection in page.text


def test_every_data_set_and_model_is_there(page: Page) -> None:
    assert [name for name in (*DATASETS, *MODELS) if name not in page.text] == []


@pytest.mark.parametrize(
    "title",
    [
        "Every two models", "Heat map", "Performance profile", "Score against runs",
        "Score against seconds", "Tunability", "Hyperparameter importance", "Marginal effects",
        "Learning curves", "Over-fitting", "Failures by cause and model", "core hours", "Methods",
        "Provenance",
    ],
)  # fmt: skip
def test_it_has_a_part_on(page: Page, title: str) -> None:
    assert title in page.text


def test_each_chart_is_told_in_words_and_in_a_table(page: Page) -> None:
    charts = [a for a in page.all("div") if a.get("role") == "img"]
    assert len(charts) == len(page.charts) == len(page.all("details"))
    assert all(len(chart["aria-label"]) > 20 for chart in charts)


def test_importance_is_told_where_the_gate_passes_and_why_not_where_it_does_not() -> None:
    rng = np.random.default_rng(0)
    draws = [{"C": rng.random(), "gamma": rng.random()} for _ in range(60)]
    found = [succeeded("baseline", dataset, test=0.2) for dataset in ("iris", "wine")]
    for index, draw in enumerate(draws):
        found.append(succeeded("svm", "iris", index, test=0.4 + draw["C"] / 2, parameters=draw))
        noise = 0.4 + rng.random() / 2
        found.append(succeeded("svm", "wine", index, test=noise, parameters=draw))
    page = read_page(report_html(told(experiment(["iris", "wine"], ["svm"]), found)))
    assert "Importance by model and branch" in page.text
    assert "Where importance cannot be told" in page.text
    assert "less than 50% of the variance" in page.text


def test_links_are_spelled_out_for_print(page: Page) -> None:
    outer = [a["href"] for a in page.all("a") if not a["href"].startswith("#")]
    assert any(link.endswith("docs/guide/methods.md") for link in outer)
    assert all(link.startswith("https://") and link in page.text for link in outer)


def test_where_it_comes_from(page: Page) -> None:
    for fact in ("0a1b2c3d4e", "1.2.3", "1.6.0, 1.7.0", "2026-05-06 07:08:00 UTC", DATASETS[7]):
        assert fact in page.text


def test_failures_have_an_example(page: Page) -> None:
    assert "it broke" in page.text
    assert "1 trial failed" in page.text


def test_a_hostile_name_is_text() -> None:
    page = read_page(report_html(hostile()))
    assert page.all("img") == []
    assert page.unbalanced == []
    # The charts, the library, and what draws with it.
    assert len(page.all("script")) == len(page.charts) + 2
    assert HOSTILE in page.text
    assert not any("onerror" in attributes for _, attributes in page.tags)


def test_while_it_is_running_a_browser_reads_it_again() -> None:
    page = read_page(report_html(running()))
    assert "refresh" in [m.get("http-equiv") for m in page.all("meta")]
    assert "No verdict yet" in page.text
    assert "Nothing is tested" in page.text
    assert "Told when the experiment has ended" in page.text


def test_an_experiment_that_has_ended_is_not_read_again(page: Page) -> None:
    assert "refresh" not in [m.get("http-equiv") for m in page.all("meta")]


def test_before_any_outcome_it_says_so() -> None:
    page = read_page(report_html(beginning()))
    assert page.unbalanced == []
    assert "No trial has ended yet." in page.text
