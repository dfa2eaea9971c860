"""Troubles: what a condition that holds means to a user, and what to do about it.

One table; `explain` asks it. The reasons are the stable codes of `decide.conditions`; where one has
several roots, the cluster's own words tell which.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crosstrial.decide.conditions import (
    ACTIONS_REFUSED,
    BATCHES_ELSEWHERE,
    BATCHES_INTERRUPTED,
    BATCHES_PENDING,
    COMPLETED,
    DATA_SETS_BLOCKED,
    camel_case,
)
from crosstrial.decide.refusals import EXECUTOR_REFUSES, STORE_REFUSES
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Obstacle
from crosstrial.domain.experiment import Condition


@dataclass(frozen=True)
class Trouble:
    """What has befallen an experiment, to be read after its name, and what to do about it."""

    what: str
    remedy: str | None = None


# Words of the API server's admission, the same for a Job and for a pod that it refuses.
REFUSALS = {
    "exceeded quota": Trouble(
        "has a batch that a ResourceQuota forbids",
        "raise the quota of the trials' namespace, or lower limits.parallelBatches",
    ),
    "violates PodSecurity": Trouble(
        "has a batch that Pod Security forbids",
        "label the trials' namespace pod-security.kubernetes.io/enforce=restricted: batches"
        " keep to that",
    ),
}
REFUSED = frozenset({Obstacle.JOB_REFUSED.value, Obstacle.POD_REFUSED.value})

PENDING: dict[str, Trouble] = {
    Obstacle.JOB_NAME_TAKEN: Trouble(
        "has a batch whose Job's name is taken", "delete the Job that has the name"
    ),
    Obstacle.JOB_REFUSED: Trouble(
        "has a batch whose Job the cluster refuses",
        "mend what it names, in the document's pod or in the controller's Role",
    ),
    Obstacle.POD_REFUSED: Trouble(
        "has a batch whose pod the cluster refuses",
        "kubectl describe job, in the trials' namespace, tells more",
    ),
    Obstacle.UNSCHEDULABLE: Trouble(
        "has a batch that no node has room for",
        "add or free nodes that suit the document's resources and pod, or correct its pod with"
        " --update; if others hold the room, it waits its turn",
    ),
    Obstacle.IMAGE_ERROR: Trouble(
        "has a batch whose image cannot be pulled",
        "let the nodes have it; if the document names a wrong one, delete the experiment and"
        " submit it anew",
    ),
    Obstacle.NOT_STARTED: Trouble(
        "has a batch whose container does not start",
        "kubectl describe pod, in the trials' namespace, tells more",
    ),
    Obstacle.QUEUED: Trouble(
        "has a batch that waits to be admitted by its queue",
        "kubectl get workloads, in the trials' namespace, shows what the queue waits for",
    ),
}

REFUSING: dict[str, Trouble] = {
    STORE_REFUSES: Trouble(
        "is held up because the store refuses what its controller writes",
        "mend what it names: the rights of the controller's user, or the document by --update"
        " (a smaller batch.maxTrials makes smaller documents); it then goes on by itself",
    ),
    EXECUTOR_REFUSES: Trouble(
        "is held up because one of its batches is refused where it should run",
        "mend what it names, in the document's pod by --update or in the controller's Role; it"
        " then goes on by itself",
    ),
}
BLOCKED = {
    "DataSetError": Trouble("has data sets that cannot be read", "crosstrial logs BATCH tells why")
}
ELSEWHERE = {
    "OtherController": Trouble(
        "waits for a batch of another controller",
        "start that controller again, in its state folder; else this goes on by itself then",
    )
}

INTERRUPTED: dict[str, Trouble] = {
    camel_case(cause): trouble
    for cause, trouble in {
        Cause.INTERRUPTED: Trouble("has lost a batch on its way, and runs its trials again"),
        Cause.CRASHED: Trouble("has had a container killed, and runs its trials again"),
        Cause.OUT_OF_MEMORY: Trouble(
            "has had a container killed for its memory, and runs its trials again"
        ),
        Cause.IMAGE_ERROR: Trouble(
            "has lost a batch whose image does not start",
            "mend the image; if the document names a wrong one, delete the experiment and submit"
            " it anew",
        ),
        Cause.UNSCHEDULABLE: Trouble(
            "has lost a batch that its node had no room for, and runs its trials again"
        ),
        Cause.STORE_UNREACHABLE: Trouble(
            "has lost a batch whose worker could not reach the store",
            "check the store, the URI in the workers' Secret, and the NetworkPolicies between",
        ),
        Cause.WORKER_ERROR: Trouble(
            "has lost a batch whose worker failed", "crosstrial logs BATCH tells how"
        ),
    }.items()
}


TROUBLES = {
    BATCHES_ELSEWHERE: ELSEWHERE,
    BATCHES_INTERRUPTED: INTERRUPTED,
    BATCHES_PENDING: PENDING,
    DATA_SETS_BLOCKED: BLOCKED,
    ACTIONS_REFUSED: REFUSING,
}
# What keeps batches from being started now.
OBSTRUCTING = frozenset({ACTIONS_REFUSED, BATCHES_ELSEWHERE, BATCHES_PENDING})


def present_trouble(conditions: Iterable[Condition]) -> Condition | None:
    """Return the condition that says best why an experiment does not go on; None: none holds.

    What keeps batches from starting now comes before the latest of the others.
    """
    holding = [c for c in conditions if c.status == "True" and c.type != COMPLETED]
    return max(holding, key=lambda c: (c.type in OBSTRUCTING, c.last_transition_time), default=None)


def trouble_of(condition: Condition) -> Trouble:
    """Return what a condition that holds means."""
    known = TROUBLES.get(condition.type, {}).get(condition.reason)
    if condition.type == BATCHES_PENDING and condition.reason in REFUSED:
        told = (trouble for words, trouble in REFUSALS.items() if words in condition.message)
        known = next(told, known)
    return known or Trouble(f"meets {condition.reason}")
