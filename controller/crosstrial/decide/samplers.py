"""Samplers: which configuration a pair's next trial has, and whether there is one.

One for each kind of `spec.sampler`. `pair_views` asks how many there are, `build` draws them;
`draw`, `designs` and `tpe` do the work. Each search of a pair has draws of its own: `place_of`
says which search a trial belongs to, and everything below sees its position there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol

from crosstrial.decide.designs import Design, DesignKind, design
from crosstrial.decide.draw import point
from crosstrial.decide.snapshot import ExperimentView, Tried
from crosstrial.decide.tpe import MOST_PENDING, startup_design, suggestion
from crosstrial.domain.batch import Entry
from crosstrial.domain.pair import Pair
from crosstrial.domain.search import of_search, place_of
from crosstrial.spec.document import Experiment, ExperimentSpec
from crosstrial.spec.document import Sampler as SamplerNode
from crosstrial.spec.space import Point


class Sampler(Protocol):
    """Draws the configurations of every pair of one experiment."""

    def size(self, model: str, most: int) -> int | None:
        """Return how many trials a pair of a model can have; None: more than `most`.

        So many as there are configurations, in each search of the pair.
        """

    def draw(self, pair: Pair, index: int) -> Entry:
        """Return the first attempt at a pair's next trial; indices come in order.

        Raises:
            ValueError: the pair has no such configuration.
        """


class RandomSampler:
    """Independent draws, which alone may repeat a point."""

    def __init__(self, document: Experiment) -> None:
        self._models = document.models()
        self._spec = document.spec

    def size(self, model: str, most: int) -> int | None:
        """See `Sampler`; there is no end of them."""
        return None

    def draw(self, pair: Pair, index: int) -> Entry:
        """See `Sampler`."""
        place = place_of(index, self._spec.searches)
        seed = place.seed(self._spec.seed)
        drawn = point(self._models[pair.model], seed=seed, index=place.position)
        return Entry(model=pair.model, index=index, parameters=drawn)


class DesignSampler:
    """A design for each model and search, shared by all data sets."""

    def __init__(self, document: Experiment, kind: DesignKind) -> None:
        self._models = document.models()
        self._spec = document.spec
        self._kind = kind
        self._designs: dict[tuple[str, int], Design] = {}

    def size(self, model: str, most: int) -> int | None:
        """See `Sampler`."""
        return _of_all_searches(self._design(model, self._spec.seed), self._spec.searches, most)

    def draw(self, pair: Pair, index: int) -> Entry:
        """See `Sampler`."""
        place = place_of(index, self._spec.searches)
        drawn = self._design(pair.model, place.seed(self._spec.seed)).point(place.position)
        if drawn is None:
            raise ValueError(f"{pair.model} has no configuration {index}")
        return Entry(model=pair.model, index=index, parameters=drawn)

    def _design(self, model: str, seed: int) -> Design:
        if (model, seed) not in self._designs:
            self._designs[model, seed] = design(
                self._models[model],
                kind=self._kind,
                levels=self._spec.sampler.levels,
                seed=seed,
            )
        return self._designs[model, seed]


class TpeSampler:
    """Suggestions from the outcomes of a pair's search; it remembers what it has suggested."""

    def __init__(
        self,
        document: Experiment,
        tried: Mapping[Pair, Tried],
        pending: Iterable[tuple[Pair, Entry]],
    ) -> None:
        self._models = document.models()
        self._spec = document.spec
        self._tried = tried
        self._points: dict[Pair, dict[int, Point]] = defaultdict(dict)
        for pair, entry in pending:
            self._points[pair][entry.index] = entry.parameters

    def size(self, model: str, most: int) -> int | None:
        """See `Sampler`."""
        start = startup_design(self._models[model], seed=self._spec.seed)
        return _of_all_searches(start, self._spec.searches, most)

    def draw(self, pair: Pair, index: int) -> Entry:
        """See `Sampler`."""
        searches = self._spec.searches
        tried = self._tried.get(pair, Tried())
        points = {**tried.points, **self._points[pair]}
        place = place_of(index, searches)
        known = of_search(points, place.search, searches)
        scores = of_search(tried.scores, place.search, searches)
        suggested = suggestion(
            self._models[pair.model],
            seed=place.seed(self._spec.seed),
            dataset=pair.dataset,
            index=place.position,
            earlier={at: drawn for at, drawn in known.items() if at < place.position},
            scores=scores,
        )
        self._points[pair][index] = suggested
        return Entry(model=pair.model, index=index, parameters=suggested, used=ranges(scores))


def sampler_of(view: ExperimentView) -> Sampler:
    """Return the sampler that an experiment's latest document asks for."""
    document = view.record.latest.document
    if not learns(document.spec.sampler):
        return fixed_sampler(document)
    flying = (
        (Pair(entry.model, live.batch.dataset), entry)
        for live in view.live
        for entry in live.batch.manifest
    )
    return TpeSampler(document, view.tried, flying)


def fixed_sampler(document: Experiment) -> Sampler:
    """Return a sampler that needs no outcomes: of `tpe`, what it begins with."""
    kind = document.spec.sampler.kind
    if kind == "random":
        return RandomSampler(document)
    return DesignSampler(document, "sobol" if kind == "tpe" else kind)


def possible_runs(document: Experiment) -> dict[str, int]:
    """Return how many trials a pair of each model can have: those wanted, or all there are."""
    sampler, runs = fixed_sampler(document), document.spec.trials_per_pair
    sizes = {name: sampler.size(name, runs) for name in document.models()}
    return {name: runs if size is None else min(size, runs) for name, size in sizes.items()}


def learns(sampler: SamplerNode) -> bool:
    """Whether it draws by the outcomes of earlier trials."""
    return sampler.kind == "tpe"


def most_pending(spec: ExperimentSpec) -> int | None:
    """Return how many trials of a pair may be without an outcome at once; None: no bound.

    As searches take turns, each has about its share of them: it learns nothing from the others,
    so what of them is pending costs it nothing. One whose trials are slow may have more.
    """
    return MOST_PENDING * spec.searches if learns(spec.sampler) else None


def _of_all_searches(design: Design, searches: int, most: int) -> int | None:
    size = design.size(most // searches)
    return None if size is None else size * searches


def ranges(indices: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return indices as ranges, both ends included: 0, 1, 2, 5 are (0, 2), (5, 5)."""
    found: list[tuple[int, int]] = []
    for index in sorted(indices):
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return tuple(found)
