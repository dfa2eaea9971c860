"""How long a comparison takes: 100 data sets, 20 models, 10 runs a pair.

    PYTHONPATH=tests python benchmarks/comparison.py

From counted outcomes in memory to everything that `compare` shows and writes. One core does the
work, so CPU seconds are what it takes where nothing else runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from crosstrial.analysis.comparison import compare
from crosstrial.domain.outcome import Outcome
from crosstrial.spec.node import TASKS, Task
from support.scored import pair_states, scored_experiment, succeeded

DATASETS, MODELS, RUNS = 100, 20, 10
MOST_SECONDS = 2.0


def main() -> None:
    """Print the best of three, and fail above the bound."""
    tasks = {f"d{number}": TASKS[number % 2] for number in range(DATASETS)}
    record = scored_experiment(tasks, {f"m{model}": {"points": [{}]} for model in range(MODELS)})
    outcomes, states = list(drawn(tasks)), pair_states(record)
    durations = []
    for _ in range(3):
        started = time.process_time()
        compare(record, outcomes, states).to_dict()
        durations.append(time.process_time() - started)
    size = f"{DATASETS} data sets x {MODELS} models, {len(outcomes)} outcomes"
    print(f"{size}: {min(durations):.2f} s (bound {MOST_SECONDS} s)")  # noqa: T201
    if min(durations) > MOST_SECONDS:
        raise SystemExit("too slow")


def drawn(tasks: dict[str, Task]) -> Iterator[Outcome]:
    """Yield the outcomes of models that differ a little."""
    generator = np.random.default_rng(0)
    for dataset, task in tasks.items():
        yield succeeded("baseline", dataset, test=0.0, task=task)
        for model in range(MODELS):
            for index in range(RUNS):
                score = 0.5 + 0.01 * model + 0.1 * generator.normal()
                yield succeeded(
                    f"m{model}",
                    dataset,
                    index,
                    validation=score + 0.05 * generator.normal(),
                    test=score,
                    task=task,
                )


if __name__ == "__main__":
    main()
