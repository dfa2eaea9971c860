"""How often a verdict claims a difference: where there is none, and where there is one.

    PYTHONPATH=tests python benchmarks/verdicts.py

prints the two tables of `docs/guide/methods.md`. The seed is fixed; some ten minutes.
"""

from __future__ import annotations

import numpy as np

from crosstrial.stats.pairwise import ALPHA, pairwise
from support.simulated_scores import (
    NULL,
    POWER,
    SHIFT,
    Setting,
    null_table,
    paired_deviation,
    shifted_table,
    verdict_on,
)

SEED = 20260101
EXPERIMENTS = 10_000
MOST_FALSE = 557  # 5 % of 10,000 and 2.6 standard errors
LEAST_POWER = 0.8
SHIFTS = (0.5, 0.75, SHIFT, 1.25)


def main() -> None:
    """Print both tables, and fail where a bound is not kept."""
    whole = false_verdicts()
    print(f"| all settings in turn, whole verdicts | {EXPERIMENTS} | {whole} |")  # noqa: T201
    for setting in NULL:
        print(f"| {setting.name} | {EXPERIMENTS} | {false_claims(setting)} |")  # noqa: T201
    powers = {shift: power(shift) for shift in SHIFTS}
    for shift, share in powers.items():
        print(f"| {shift} | {100 * share:.1f} % |")  # noqa: T201
    if whole > MOST_FALSE or powers[SHIFT] < LEAST_POWER:
        raise SystemExit("a bound is not kept")


def false_verdicts() -> int:
    """Return how many experiments without any difference are told of one."""
    generator = np.random.default_rng(SEED)
    tables = (null_table(NULL[i % len(NULL)], generator) for i in range(EXPERIMENTS))
    return sum(bool(verdict_on(table).claims) for table in tables)


def false_claims(setting: Setting) -> int:
    """Return the same of one setting, by the procedure alone."""
    generator = np.random.default_rng(SEED)
    tables = (null_table(setting, generator) for _ in range(EXPERIMENTS))
    return sum(bool(np.any(pairwise(table.normalised).holm <= ALPHA)) for table in tables)


def power(shift: float, experiments: int = 500) -> float:
    """Return which share of the true differences verdicts claim, on average."""
    generator = np.random.default_rng(SEED)
    deviation = paired_deviation(POWER, generator)
    claimed = 0
    for _ in range(experiments):
        table = shifted_table(POWER, generator, deviation=deviation, shift=shift)
        claimed += sum(claim.greater == "m0" for claim in verdict_on(table).claims)
    return claimed / experiments / (POWER.models - 1)


if __name__ == "__main__":
    main()
