"""Tree-structured Parzen estimator: the next configuration from the scores of earlier ones.

Optuna's sampler (Bergstra et al. 2011; multivariate over what is always active), told anew each
time what is known: a suggestion is a function of its arguments and of nothing else. It learns in
`coordinates`, where every distribution of the document is a uniform one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from crosstrial.decide.coordinates import choice_count, coordinates, middle
from crosstrial.decide.designs import Design, design, told
from crosstrial.decide.draw import Path, Uniforms, drawn, paths
from crosstrial.decide.sequences import inside
from crosstrial.domain.seeds import derived_seed
from crosstrial.spec.document import Model
from crosstrial.spec.space import Categorical, OneOf, Point

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.study import Study
    from optuna.trial import FrozenTrial, Trial

# So many outcomes are known before it learns from any; until then Sobol's points are drawn.
STARTUP = 10
MOST_PENDING = 4  # of a search: the more run at once, the less each knows of the others
MOST_GUESSES = 8  # that are no news, before a point is taken that was not tried
WORST = float("-inf")


def startup_design(model: Model, *, seed: int) -> Design:
    """Return what is drawn before enough is known, and when nothing new is suggested."""
    return design(model, kind="sobol", levels=None, seed=seed)


def suggestion(
    model: Model,
    *,
    seed: int,
    dataset: str,
    index: int,
    earlier: Mapping[int, Point],
    scores: Mapping[int, float | None],
) -> Point:
    """Return point `index` of one search of a pair, which repeats none of the earlier ones.

    Args:
        model: whose configurations they are.
        seed: the search's; of the first one the document's.
        dataset: a name; with the model's it names the pair.
        index: counts the search's points from 0.
        earlier: those below, by index.
        scores: by index, the validation scores of those that have ended; greater is better,
            None (a failure, a pruned trial) is worse than any.

    Raises:
        ValueError: every point that there is is among the earlier ones.
    """
    known = {told(point) for point in earlier.values()}
    design = startup_design(model, seed=seed)
    guesses: Iterator[Point | None] = iter([design.point(index)])
    if index >= len(model.points) and len(scores) >= STARTUP:
        number = derived_seed(seed, "tpe", model.name, dataset, index)
        guesses = _guesses(model, number, earlier, scores)
    news = (guess for guess in guesses if guess is not None and told(guess) not in known)
    point = next(news, design.first(known))
    if point is None:
        raise ValueError(f"{model.name} has no more than {len(known)} configurations")
    return point


def _guesses(
    model: Model, seed: int, earlier: Mapping[int, Point], scores: Mapping[int, float | None]
) -> Iterator[Point]:
    axes = paths(model.space)
    study = _study(seed)
    for index, point in sorted(earlier.items()):
        places = coordinates(model.space, point)
        study.add_trial(_told_trial(places, axes, scores.get(index), pending=index not in scores))
    for _ in range(MOST_GUESSES):
        yield drawn(model.space, _suggested(study.ask(), axes))


def _study(seed: int) -> Study:
    """Return an empty study in memory."""
    import optuna  # noqa: PLC0415 a quarter of a second, and not in every installation

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP)
    return optuna.create_study(direction="maximize", sampler=sampler)


def _told_trial(
    places: Mapping[str, float], axes: Mapping[str, Path], score: float | None, *, pending: bool
) -> FrozenTrial:
    """Return an earlier trial as Optuna knows them; a pending one counts as no good for now."""
    from optuna.trial import TrialState, create_trial  # noqa: PLC0415 see `_study`

    if pending:
        state, value = TrialState.RUNNING, None
    else:
        state, value = TrialState.COMPLETE, WORST if score is None else score
    distributions = {path: _distribution(axes[path]) for path in places}
    return create_trial(state=state, value=value, params=dict(places), distributions=distributions)


def _distribution(parameter: Path) -> BaseDistribution:
    from optuna.distributions import (  # noqa: PLC0415 see `_study`
        CategoricalDistribution,
        FloatDistribution,
    )

    if isinstance(parameter, Categorical | OneOf):
        return CategoricalDistribution(range(choice_count(parameter)))
    return FloatDistribution(0.0, 1.0)


def _suggested(trial: Trial, axes: Mapping[str, Path]) -> Uniforms:
    """Return the uniform numbers that stand for what is suggested along each path."""

    def uniform(path: str) -> float:
        parameter = axes[path]
        if not isinstance(parameter, Categorical | OneOf):
            return inside(trial.suggest_float(path, 0.0, 1.0))
        return middle(parameter, trial.suggest_categorical(path, range(choice_count(parameter))))

    return uniform
