"""Whether `tpe` finds better configurations than `random` with the same number of trials.

    OMP_NUM_THREADS=1 python benchmarks/tpe_against_random.py

Pairs, seeds and trials were fixed before the first run, in the document beside and here. Each
sampler is asked as the controller asks it, four trials at a time; each trial is run by the
worker's own code. Prints the tables of `benchmarks/README.md`; some ten minutes on two idle cores.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from scipy.stats import wilcoxon

from crosstrial.data.sources import resolve
from crosstrial.decide.samplers import RandomSampler, Sampler, TpeSampler
from crosstrial.decide.snapshot import Tried
from crosstrial.decide.tpe import MOST_PENDING
from crosstrial.domain.batch import Batch, BatchModel, Entry
from crosstrial.domain.outcome import OutcomeState
from crosstrial.domain.pair import Pair
from crosstrial.spec.document import Experiment
from crosstrial.spec.load import load_file
from crosstrial.stats.means import complete_mean
from crosstrial_trial.arrays import save_arrays
from crosstrial_trial.setting import Setting
from crosstrial_trial.trial import Ground, run_trial
from crosstrial_trial.wire import Job

DOCUMENT = Path(__file__).with_suffix(".yaml")
SEEDS = range(10)
SAMPLERS = ("random", "tpe")
SIGNIFICANT = 0.05


class Search(NamedTuple):
    """One sampler on one pair with one seed."""

    pair: Pair
    seed: int
    sampler: str


class Place(NamedTuple):
    """What a pair's trials are run on."""

    ground: Ground
    setting: Setting


def main() -> None:
    """Run all searches, print who is nearer to the best, and fail where tpe is not."""
    searches = list(_searches())
    with ProcessPoolExecutor(2) as pool:
        scores = dict(zip(searches, pool.map(validation_scores, searches), strict=True))
    regrets = _regrets(scores)
    _print_pairs(regrets)
    p = wilcoxon(
        [regrets[s] for s in searches if s.sampler == "tpe"],
        [regrets[s] for s in searches if s.sampler == "random"],
        alternative="less",
    ).pvalue
    print(f"\none-sided Wilcoxon over {len(searches) // 2} searches: p = {p:.2g}")  # noqa: T201
    if p >= SIGNIFICANT:
        raise SystemExit("tpe is not better than random")


def _searches() -> Iterator[Search]:
    for pair in _pairs():
        for seed in SEEDS:
            for sampler in SAMPLERS:
                yield Search(pair, seed, sampler)


def _pairs() -> list[Pair]:
    spec = _document(0).spec
    return [
        Pair(model.name, dataset.name)
        for data_group, model_groups in spec.applications.items()
        for model_group in model_groups
        for model in spec.model_groups[model_group]
        for dataset in spec.data_sets_of(data_group)
    ]


@cache
def _document(seed: int) -> Experiment:
    document = load_file(DOCUMENT)
    spec = document.spec.model_copy(update={"seed": seed})
    return document.model_copy(update={"spec": spec})


def validation_scores(search: Search) -> list[float | None]:
    """Return the scores of a search's trials; None where one has failed."""
    document, place = _document(search.seed), _place(search.pair, search.seed)
    tried = Tried()
    while len(tried.points) < document.spec.runs_per_pair:
        sampler = _sampler(search, document, tried)
        first = len(tried.points)
        entries = [sampler.draw(search.pair, first + more) for more in range(MOST_PENDING)]
        points = {entry.index: entry.parameters for entry in entries}
        scores = {i: _score(place, search.pair, i, points[i]) for i in points}
        tried = Tried({**tried.points, **points}, {**tried.scores, **scores})
    return [tried.scores[index] for index in range(document.spec.runs_per_pair)]


def _sampler(search: Search, document: Experiment, tried: Tried) -> Sampler:
    if search.sampler == "random":
        return RandomSampler(document)
    return TpeSampler(document, {search.pair: tried}, ())


def _score(place: Place, pair: Pair, index: int, parameters: dict[str, object]) -> float | None:
    job = Job(position=index, model=pair.model, index=index, parameters=parameters)
    report = run_trial(job, place.setting, place.ground)
    if report.state is not OutcomeState.SUCCEEDED:
        return None
    metric = place.setting.primary
    return complete_mean([split.scores.validation[metric] for split in report.splits])


@cache
def _place(pair: Pair, seed: int) -> Place:
    """Return the data set and the setting of a pair, as a batch's worker has them."""
    document = _document(seed)
    table = resolve(document.data_sets()[pair.dataset], folder=DOCUMENT.parent)
    model = document.models()[pair.model]
    batch = Batch(
        uid="benchmark",
        number=0,
        experiment=document.metadata.name,
        revision=1,
        dataset=pair.dataset,
        digest=table.digest,
        task=table.schema.task,
        seed=seed,
        evaluation=document.spec.evaluation,
        trial_seconds=document.spec.limits.trial_seconds,
        cpu=1.0,
        memory=1 << 30,
        max_memory=1 << 30,
        models=(
            BatchModel(name=pair.model, estimator=str(model.model), preprocess=model.preprocess),
        ),
        manifest=(Entry(model=pair.model, index=0, parameters={}),),
        expected_seconds=1.0,
        created=datetime.now(UTC),
    )
    setting = Setting.of(batch, modules=("sklearn",), commands=())
    with tempfile.TemporaryDirectory() as folder:
        save_arrays(table, Path(folder))
        return Place(Ground.load(Path(folder), setting), setting)


def _regrets(scores: dict[Search, list[float | None]]) -> dict[Search, float]:
    """Return how far each search's best is from the best of all searches of its pair.

    In units of the distance between that best and the pair's median random trial.
    """
    regrets: dict[Search, float] = {}
    for pair in _pairs():
        own = {search: _known(found) for search, found in scores.items() if search.pair == pair}
        best = max(max(found) for found in own.values())
        random = [s for search, found in own.items() if search.sampler == "random" for s in found]
        unit = best - median(random)
        regrets.update({search: (best - max(found)) / unit for search, found in own.items()})
    return regrets


def _known(scores: list[float | None]) -> list[float]:
    return [score for score in scores if score is not None]


def _print_pairs(regrets: dict[Search, float]) -> None:
    print("| pair | regret of random | of tpe | tpe wins | ties | losses, by seed |")  # noqa: T201
    print("|---|---|---|---|---|---|")  # noqa: T201
    for pair in _pairs():
        random, tpe = ([regrets[Search(pair, s, name)] for s in SEEDS] for name in SAMPLERS)
        differences = {s: tpe[s] - random[s] for s in SEEDS}
        losses = [f"{s}: +{d:.3f}" for s, d in differences.items() if d > 0]
        wins = sum(d < 0 for d in differences.values())
        ties = len(differences) - wins - len(losses)
        print(  # noqa: T201
            f"| {pair} | {fmean(random):.3f} | {fmean(tpe):.3f} | {wins} | {ties} |"
            f" {', '.join(losses) or '-'} |"
        )


if __name__ == "__main__":
    main()
