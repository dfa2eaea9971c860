"""Hyperparameter importance of each model over its data sets, from the branches of its pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from crosstrial.analysis.cells import Cell, Outcomes, primary_metric
from crosstrial.analysis.importance import Branch, Trial, branches, mean_ranks
from crosstrial.analysis.scores import mean_score
from crosstrial.domain.experiment import Revision
from crosstrial.domain.outcome import Outcome

MOST_TRIALS = 200  # of a pair, the first ones: a surrogate of more takes long and says little more


@dataclass(frozen=True)
class ModelImportance:
    """One branch of a model's space over data sets.

    `ranks` are mean ranks (1 is most important) and `shares` median shares of variance, over the
    `datasets` whose surrogate passed the gate; both are empty where none did. `reasons` count the
    other data sets.
    """

    model: str
    active: tuple[str, ...]
    datasets: tuple[str, ...]
    ranks: Mapping[str, float]
    shares: Mapping[str, float]
    reasons: Mapping[str, int]


def model_importances(
    revision: Revision, cells: Sequence[Cell], outcomes: Outcomes
) -> tuple[ModelImportance, ...]:
    """Return each model's branches, in the order of the cells."""
    found: dict[tuple[str, tuple[str, ...]], dict[str, Branch]] = defaultdict(dict)
    for cell in cells:
        metric = primary_metric(revision.document.spec.evaluation, cell.task)
        for branch in branches(_trials(outcomes.get(cell.pair, ()), metric)):
            if branch.active:
                found[cell.model, tuple(sorted(branch.active))].setdefault(cell.dataset, branch)
    return tuple(_over_datasets(model, active, by) for (model, active), by in found.items())


def _trials(outcomes: Sequence[Outcome], metric: str) -> list[Trial]:
    scored = [(o.parameters, mean_score(o, "validation", metric)) for o in outcomes]
    return [(point, score) for point, score in scored if score is not None][:MOST_TRIALS]


def _over_datasets(
    model: str, active: tuple[str, ...], by_dataset: Mapping[str, Branch]
) -> ModelImportance:
    passed = {d: branch.share for d, branch in by_dataset.items() if branch.share is not None}
    reasons = Counter(b.reason for b in by_dataset.values() if b.reason is not None)
    shares = list(passed.values())
    return ModelImportance(
        model=model,
        active=active,
        datasets=tuple(passed),
        ranks=mean_ranks(shares),
        shares={name: median(share[name] for share in shares) for name in active if shares},
        reasons=dict(reasons.most_common()),
    )
