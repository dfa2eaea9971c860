"""What a child has loaded or made once, for all its trials."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from crosstrial.data.splits import Split, make_splits
from crosstrial_trial.arrays import Arrays, map_arrays
from crosstrial_trial.dataset import DATA_FILE
from crosstrial_trial.rivals import Rivals
from crosstrial_trial.scoring import Scorer
from crosstrial_trial.setting import Setting


@dataclass(frozen=True)
class Ground:
    """The data (as a file too), its splits, a scorer, and how trials of the same pairs went."""

    file: Path
    arrays: Arrays
    splits: tuple[Split, ...]
    scorer: Scorer
    rivals: Rivals

    @classmethod
    def load(cls, folder: Path, setting: Setting, curves: Path = Path(os.devnull)) -> Ground:
        """Map the data set and make its splits; `curves` is what `rivals` reads.

        Raises:
            InvalidError: it can't be split.
        """
        arrays = map_arrays(folder)
        splits = make_splits(
            setting.evaluation,
            digest=setting.digest,
            task=setting.task,
            target=arrays.target,
            marks=arrays.marks,
        )
        scorer = Scorer(setting.metrics, setting.primary)
        return cls(folder / DATA_FILE, arrays, splits, scorer, Rivals(curves, setting.searches))
