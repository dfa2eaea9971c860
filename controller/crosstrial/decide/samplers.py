"""Samplers: which configuration a pair's next trial has, and whether there is one.

One for each kind of `spec.sampler`. `pair_views` asks how many there are, `build` draws them;
`draw`, `designs` and `tpe` do the work.
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
from crosstrial.spec.document import Experiment
from crosstrial.spec.document import Sampler as SamplerNode
from crosstrial.spec.space import Point


class Sampler(Protocol):
    """Draws the configurations of every pair of one experiment."""

    def size(self, model: str, most: int) -> int | None:
        """Return how many configurations a model has to draw; None: more than `most`."""

    def draw(self, pair: Pair, index: int) -> Entry:
        """Return the first attempt at a pair's next trial; indices come in order.

        Raises:
            ValueError: the pair has no such configuration.
        """


class RandomSampler:
    """Independent draws, which alone may repeat a point."""

    def __init__(self, document: Experiment) -> None:
        self._models = document.models()
        self._seed = document.spec.seed

    def size(self, model: str, most: int) -> int | None:
        """See `Sampler`; there is no end of them."""
        return None

    def draw(self, pair: Pair, index: int) -> Entry:
        """See `Sampler`."""
        drawn = point(self._models[pair.model], seed=self._seed, index=index)
        return Entry(model=pair.model, index=index, parameters=drawn)


class DesignSampler:
    """A design for each model, shared by all data sets."""

    def __init__(self, document: Experiment, kind: DesignKind) -> None:
        self._models = document.models()
        self._spec = document.spec
        self._kind = kind
        self._designs: dict[str, Design] = {}

    def size(self, model: str, most: int) -> int | None:
        """See `Sampler`."""
        return self._design(model).size(most)

    def draw(self, pair: Pair, index: int) -> Entry:
        """See `Sampler`."""
        drawn = self._design(pair.model).point(index)
        if drawn is None:
            raise ValueError(f"{pair.model} has no configuration {index}")
        return Entry(model=pair.model, index=index, parameters=drawn)

    def _design(self, model: str) -> Design:
        if model not in self._designs:
            self._designs[model] = design(
                self._models[model],
                kind=self._kind,
                levels=self._spec.sampler.levels,
                seed=self._spec.seed,
            )
        return self._designs[model]


class TpeSampler:
    """Suggestions from a pair's outcomes; it remembers what it has suggested."""

    def __init__(
        self,
        document: Experiment,
        tried: Mapping[Pair, Tried],
        pending: Iterable[tuple[Pair, Entry]],
    ) -> None:
        self._models = document.models()
        self._seed = document.spec.seed
        self._tried = tried
        self._points: dict[Pair, dict[int, Point]] = defaultdict(dict)
        for pair, entry in pending:
            self._points[pair][entry.index] = entry.parameters

    def size(self, model: str, most: int) -> int | None:
        """See `Sampler`."""
        return startup_design(self._models[model], seed=self._seed).size(most)

    def draw(self, pair: Pair, index: int) -> Entry:
        """See `Sampler`."""
        tried = self._tried.get(pair, Tried())
        points = {**tried.points, **self._points[pair]}
        suggested = suggestion(
            self._models[pair.model],
            seed=self._seed,
            dataset=pair.dataset,
            index=index,
            earlier={known: drawn for known, drawn in points.items() if known < index},
            scores=tried.scores,
        )
        self._points[pair][index] = suggested
        return Entry(model=pair.model, index=index, parameters=suggested, used=ranges(tried.scores))


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
    """Return how many trials a pair of each model can have: `runsPerPair`, or all there are."""
    sampler, runs = fixed_sampler(document), document.spec.runs_per_pair
    sizes = {name: sampler.size(name, runs) for name in document.models()}
    return {name: runs if size is None else min(size, runs) for name, size in sizes.items()}


def learns(sampler: SamplerNode) -> bool:
    """Whether it draws by the outcomes of earlier trials."""
    return sampler.kind == "tpe"


def most_pending(sampler: SamplerNode) -> int | None:
    """Return how many trials of a pair may be without an outcome at once; None: no bound."""
    return MOST_PENDING if learns(sampler) else None


def ranges(indices: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return indices as ranges, both ends included: 0, 1, 2, 5 are (0, 2), (5, 5)."""
    found: list[tuple[int, int]] = []
    for index in sorted(indices):
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return tuple(found)
