"""What early stopping saves on `examples/neural-network.yaml`, and what it costs in score.

    python benchmarks/early_stopping.py FOLDER

Runs the example in local mode in FOLDER with ten seeds, as it is and without its pruner (what is
there is not run again). The other pruners are asked, by the worker's own code and one trial after
another, which epochs of the full curves they would have trained. Prints the table of
`benchmarks/README.md`; ten minutes on two cores.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

from crosstrial.domain.curve import scored_epochs
from crosstrial.spec.epochs import (
    HyperbandPruner,
    Pruner,
    SuccessiveHalvingPruner,
)
from crosstrial.spec.load import load_file
from crosstrial_trial.pruning import Run, is_pruned

EXAMPLE = Path(__file__).parents[1] / "examples" / "neural-network.yaml"
DOCUMENT = load_file(EXAMPLE)
(MODEL,) = DOCUMENT.models().values()
PAIR = f"{MODEL.name}@digits"
SEEDS = range(10)
SCORE = "metric.validation.balanced_accuracy"
LEAST_SAVED = 0.4
PRUNERS: tuple[Pruner, ...] = (
    DOCUMENT.spec.pruner,
    SuccessiveHalvingPruner(kind="successiveHalving", min_resource=2),
    HyperbandPruner(kind="hyperband", min_resource=2),
)


def main(folder: Path) -> None:
    """Run what is missing, print what each pruner saves, and fail where that is too little."""
    full = [_run(folder, seed, "none") for seed in SEEDS]
    own = [_run(folder, seed, "median") for seed in SEEDS]
    others = {
        f"`{pruner.kind}`, replayed": [_pruned(pruner, runs) for runs in full] for pruner in PRUNERS
    }
    sys.stdout.write("| pruner | epochs trained | saved | best validation | less than in full |\n")
    sys.stdout.write("|---|---|---|---|---|\n")
    for told, found in {"`none`": full, "`median`": own, **others}.items():
        sys.stdout.write(f"| {told} | {' | '.join(_row(found, full))} |\n")
    lost = _lost(own, full)
    if _saved(own, full) < LEAST_SAVED or fmean(lost) > _error([_best(runs) for runs in full]):
        sys.exit("the example's pruner saves less than 40 %, or loses more than one standard error")


def _row(found: Sequence[Sequence[Run]], full: Sequence[Sequence[Run]]) -> tuple[str, ...]:
    best = [_best(runs) for runs in found]
    return (
        str(_epochs(found)),
        f"{_saved(found, full):.0%}",
        _with_error(best),
        _with_error(_lost(found, full)),
    )


def _epochs(found: Sequence[Sequence[Run]]) -> int:
    return sum(len(run.values) for runs in found for run in runs)


def _saved(found: Sequence[Sequence[Run]], full: Sequence[Sequence[Run]]) -> float:
    return 1 - _epochs(found) / _epochs(full)


def _lost(found: Sequence[Sequence[Run]], full: Sequence[Sequence[Run]]) -> list[float]:
    return [_best(all_run) - _best(runs) for all_run, runs in zip(full, found, strict=True)]


def _run(folder: Path, seed: int, kind: str) -> list[Run]:
    """Run the example with a seed, with its own pruner or none; return trials in their order."""
    name = f"nn-{kind}-{seed}"
    text = EXAMPLE.read_text(encoding="utf-8").replace("name: neural-network", f"name: {name}")
    text = text.replace("\nspec:\n", f"\nspec:\n  seed: {seed}\n")
    if kind == "none":
        text = re.sub("^  pruner: .*$", "  pruner: {kind: none}", text, flags=re.MULTILINE)
    path = folder / f"{kind}-{seed}.yaml"
    path.write_text(text, encoding="utf-8")
    _crosstrial(folder, "run", path.name)
    printed = _crosstrial(folder, "results", name, "--epochs", "-o", "csv")
    curves: dict[tuple[int, bool], list[float]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(printed)):
        if row["model"] == MODEL.name:
            place = int(row["index"]), row["state"] == "succeeded"
            curves[place].append(float(row[SCORE]))
    return [Run(index, tuple(c), complete) for (index, complete), c in sorted(curves.items())]


def _crosstrial(folder: Path, *arguments: str) -> str:
    command = [Path(sys.executable).with_name("crosstrial"), *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout


def _pruned(pruner: Pruner, full: Sequence[Run]) -> list[Run]:
    """Return what is left of full runs when they are trained one after another."""
    epochs = scored_epochs(1, len(full[0].values))
    ended: list[Run] = []
    for run in full:
        lengths = range(1, len(run.values))  # at its last epoch there is nothing to save
        parts = (Run(run.index, run.values[:length]) for length in lengths)
        stopped = next((p for p in parts if is_pruned(pruner, p, ended, epochs, pair=PAIR)), None)
        ended.append(stopped or run)
    return ended


def _best(runs: Sequence[Run]) -> float:
    """Return the score of the configuration that is chosen: pruned ones are not."""
    return max(max(run.values) for run in runs if run.complete)


def _with_error(values: Sequence[float]) -> str:
    return f"{fmean(values):.4f} ± {_error(values):.4f}"


def _error(values: Sequence[float]) -> float:
    """Return the standard error of the mean."""
    return stdev(values) / sqrt(len(values))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
