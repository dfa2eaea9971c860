"""Which hyperparameters matter: fANOVA on a surrogate of each pair's validation scores.

Functional analysis of variance (Hutter, Hoos, Leyton-Brown 2014, by Optuna's evaluator): the share
of a surrogate's variance over the space that one parameter explains by itself. It compares only
configurations that have the same parameters active, so a conditional space falls into branches; a
surrogate that does not predict what it has not seen yields no shares. Over data sets parameters are
ranked within each and the ranks averaged (van Rijn, Hutter 2018).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from crosstrial.spec.space import Point
from crosstrial.stats.ranks import average_ranks

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Trial: TypeAlias = tuple[Point, float]  # a configuration and its mean validation score

SMALLEST_SAMPLE = 50  # with 30 trials fANOVA is known to mislead
SMALLEST_R2 = 0.5  # of the surrogate, on trials that it has not seen
UNEXPLAINED = f"a surrogate explains less than {SMALLEST_R2:.0%} of the variance"
FOLDS = 5
TREES = 64


@dataclass(frozen=True)
class Branch:
    """The importances within one branch of a pair's space.

    `active`: the parameters that vary in it. `share`: of the surrogate's variance, by parameter,
    main effects only, so they sum to less than 1 where parameters interact; None where `reason`
    says why there are none. `r2`: of the surrogate by cross-validation, None without one.
    """

    active: tuple[str, ...]
    trials: int
    r2: float | None = None
    share: Mapping[str, float] | None = None
    reason: str | None = None


def branches(trials: Sequence[Trial], *, seed: int = 0) -> tuple[Branch, ...]:
    """Return the importances within each branch of a pair's trials, the largest branch first.

    Args:
        trials: the pair's successes that ran to their end; drawn from the space's own law, else
            the shares are those of the region that the sampler preferred.
        seed: of the surrogate.
    """
    grouped: dict[Hashable, list[Trial]] = defaultdict(list)
    for configuration, score in trials:
        grouped[_kinds(configuration)].append((configuration, score))
    found = [_branch(group, seed) for group in grouped.values()]
    return tuple(sorted(found, key=lambda branch: (-branch.trials, branch.active)))


def mean_ranks(shares: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return each parameter's rank of importance (1 is most), averaged over data sets.

    Args:
        shares: of one model and branch, one mapping a data set, all with the same parameters.

    Raises:
        ValueError: they have different parameters.
    """
    if not shares:
        return {}
    names = list(shares[0])
    if any(set(share) != set(names) for share in shares):
        raise ValueError("shares of different branches cannot be ranked together")
    ranks = average_ranks([[share[name] for name in names] for share in shares])
    return {name: float(rank) for name, rank in zip(names, ranks, strict=True)}


def _kinds(configuration: Point) -> Hashable:
    """Return what all configurations of a branch share: the active parameters and their kinds.

    A choice between words and a distribution makes two branches: no surrogate orders both.
    """
    return frozenset((name, _is_number(value)) for name, value in configuration.items())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _branch(trials: Sequence[Trial], seed: int) -> Branch:
    varying = {
        name: values
        for name in trials[0][0]
        if len(set(map(repr, values := [point[name] for point, _ in trials]))) > 1
    }
    branch = Branch(tuple(varying), len(trials))
    scores = np.array([score for _, score in trials])
    reason = _hindrance(branch, scores)
    if reason is not None:
        return _without(branch, reason)
    r2 = _surrogate_r2(varying, scores, seed)
    if r2 < SMALLEST_R2:
        return _without(branch, UNEXPLAINED, r2)
    return Branch(branch.active, branch.trials, r2, _fanova(varying, scores, seed))


def _without(branch: Branch, reason: str, r2: float | None = None) -> Branch:
    return Branch(branch.active, branch.trials, r2, reason=reason)


def _hindrance(branch: Branch, scores: npt.NDArray[np.float64]) -> str | None:
    if not branch.active:
        return "nothing varies"
    if branch.trials < SMALLEST_SAMPLE:
        return f"{branch.trials} trials are too few: {SMALLEST_SAMPLE} at least"
    if np.ptp(scores) == 0:
        return "all configurations score the same"
    return None


def _surrogate_r2(
    varying: Mapping[str, Sequence[Any]], scores: npt.NDArray[np.float64], seed: int
) -> float:
    """Return the share of variance that a random forest explains on folds that it has not seen."""
    from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415 needs the extra
    from sklearn.model_selection import KFold, cross_val_predict  # noqa: PLC0415

    features = np.column_stack([column for v in varying.values() for column in _encoded(v)])
    forest = RandomForestRegressor(TREES, random_state=seed)
    folds = KFold(FOLDS, shuffle=True, random_state=seed)
    predicted = cross_val_predict(forest, features, scores, cv=folds)
    return float(1 - np.mean((scores - predicted) ** 2) / np.var(scores))


def _encoded(values: Sequence[Any]) -> list[npt.NDArray[np.float64]]:
    if _is_number(values[0]):
        return [np.array(values, float)]
    words = [repr(value) for value in values]
    return [np.array([word == one for word in words], float) for one in sorted(set(words))]


def _column(values: Sequence[Any]) -> tuple[BaseDistribution, list[Any]]:
    """Return a parameter as Optuna takes it: words as they are, numbers by their ranks in [0, 1].

    Optuna averages over the linear scale, whatever the distribution; ranks average over what was
    drawn, and a forest sees no difference.
    """
    from optuna import distributions  # noqa: PLC0415 needs the extra `analysis`

    if _is_number(values[0]):
        ranks = rankdata(values, method="average") / (len(values) + 1)
        return distributions.FloatDistribution(0.0, 1.0), ranks.tolist()
    words = [repr(value) for value in values]
    return distributions.CategoricalDistribution(sorted(set(words))), words


def _fanova(
    varying: Mapping[str, Sequence[Any]], scores: npt.NDArray[np.float64], seed: int
) -> dict[str, float]:
    from optuna import create_study, create_trial, logging  # noqa: PLC0415
    from optuna.importance import FanovaImportanceEvaluator  # noqa: PLC0415

    logging.set_verbosity(logging.WARNING)
    columns = {name: _column(values) for name, values in varying.items()}
    distributions = {name: distribution for name, (distribution, _) in columns.items()}
    study = create_study(direction="maximize")
    study.add_trials(
        create_trial(
            params={name: values[place] for name, (_, values) in columns.items()},
            distributions=distributions,
            value=float(score),
        )
        for place, score in enumerate(scores)
    )
    evaluator = FanovaImportanceEvaluator(n_trees=TREES, seed=seed)
    shares = evaluator.evaluate(study)
    return {name: float(shares[name]) for name in varying}
