"""Everything that a report tells, worked out once from the outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crosstrial.analysis.chosen import chosen_configurations
from crosstrial.analysis.comparison import Comparison, by_pair, compare, first_points
from crosstrial.analysis.costs import Cost, costs
from crosstrial.analysis.failures import FailureGroup, failure_groups
from crosstrial.analysis.learning_curves import LearningCurve, learning_curves
from crosstrial.analysis.marginal_effects import MarginalEffect, marginal_effects
from crosstrial.analysis.model_importance import ModelImportance, model_importances
from crosstrial.analysis.overfitting import Overfitting, overfitting
from crosstrial.analysis.standings import Standing
from crosstrial.analysis.tables import ALL
from crosstrial.analysis.tunability import Tunability, tunability
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair, PairState


@dataclass(frozen=True)
class Origin:
    """When a report was made, and with which versions.

    `program` is crosstrial's own version, `workers` has those of each library that trials ran
    with.
    """

    made: datetime
    program: str
    workers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Findings:
    """What is known of an experiment."""

    experiment: ExperimentRecord
    origin: Origin
    comparison: Comparison
    tunability: tuple[Tunability, ...]
    importances: tuple[ModelImportance, ...]
    effects: tuple[MarginalEffect, ...]
    curves: tuple[LearningCurve, ...]
    overfitting: tuple[Overfitting, ...]
    failures: tuple[FailureGroup, ...]
    model_costs: tuple[Cost, ...]
    data_set_costs: tuple[Cost, ...]

    @property
    def standings(self) -> list[Standing]:
        """The standings that differ: that of all data sets first; of one task, it alone."""
        standings = [s for s in self.comparison.standings if len(s.models) > 1 and s.datasets]
        over_all = [s for s in standings if s.group == ALL]
        tasks = [s for s in standings if s.group != ALL]
        return over_all if over_all and len(tasks) == 1 else over_all + tasks

    @property
    def main_standing(self) -> Standing | None:
        """The standing of the most data sets that models have in common, if any."""
        return next(iter(self.standings), None)


def findings(
    experiment: ExperimentRecord,
    outcomes: Sequence[Outcome],
    states: Mapping[Pair, PairState],
    origin: Origin,
) -> Findings:
    """Return what the counted outcomes tell.

    While an experiment is running, everything but failures and costs is of the points that have
    ended in every pair, and there are no importances, which take long.
    """
    comparison = compare(experiment, outcomes, states)
    revision, cells = experiment.latest, comparison.cells
    searches = revision.document.spec.searches
    compared = first_points(by_pair(outcomes), comparison.points, searches)
    chosen = chosen_configurations(revision, cells, compared)
    own = [outcome for outcome in outcomes if not outcome.trial.pair.is_baseline]
    return Findings(
        experiment=experiment,
        origin=origin,
        comparison=comparison,
        tunability=tunability(cells),
        importances=(
            model_importances(revision, cells, compared) if experiment.state.ended else ()
        ),
        effects=marginal_effects(revision, cells, compared),
        curves=learning_curves(chosen),
        overfitting=overfitting(chosen),
        failures=tuple(failure_groups(outcomes)),
        model_costs=costs(own, of=lambda outcome: outcome.model),
        data_set_costs=costs(own, of=lambda outcome: outcome.dataset),
    )
