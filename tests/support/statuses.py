"""An experiment's status as clients read it, for tests of what users see."""

from __future__ import annotations

from crosstrial.client.status import ExperimentStatus, PairStatus
from crosstrial.domain.experiment import ExperimentState, Status
from crosstrial.domain.pair import Pair, PairState
from support.registered import record


def pair_status(
    model: str,
    dataset: str,
    *,
    ended: int = 0,
    failed: int = 0,
    wanted: int = 5,
    state: PairState = PairState.OPEN,
) -> PairStatus:
    """A pair with `ended` trials, of which `failed` have failed."""
    return PairStatus(
        pair=Pair(model, dataset),
        state=state,
        wanted=wanted,
        succeeded=ended - failed,
        failed=failed,
        pruned=0,
        running=0,
        waiting=0,
        seconds=float(ended),
    )


def experiment_status(
    *pairs: PairStatus,
    state: ExperimentState = ExperimentState.ACTIVE,
    live_batches: int = 0,
    elapsed_seconds: float = 0.0,
    status: Status | None = None,
) -> ExperimentStatus:
    """The status of `record` with these pairs."""
    return ExperimentStatus(
        record("demo", state, status=status), pairs, live_batches, elapsed_seconds
    )
