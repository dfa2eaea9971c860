"""The Job that runs one trial of a batch again: the batch's own, but for name and command.

The controller does not see it: its instance is another. Nothing of it goes into the store.
"""

from __future__ import annotations

from dataclasses import replace

from crosstrial.domain.batch import Batch
from crosstrial.executor.kubernetes.job import job_manifest, job_name
from crosstrial.executor.kubernetes.objects import BATCH_LABEL, Json
from crosstrial.executor.kubernetes.settings import KubernetesSettings

COMMAND = ("python", "-m", "crosstrial_trial.replay")


def replay_name(batch_id: str, token: str) -> str:
    """Return the name of a replay's Job, which is also what its pods are labelled with."""
    return f"{job_name(batch_id)}-replay-{token}"


def replay_manifest(
    batch: Batch, position: int, settings: KubernetesSettings, *, image: str, name: str
) -> Json:
    """Return the Job to create; an empty `image` leaves what the batch or the settings name."""
    pod = batch.pod.model_copy(update={"image": image or batch.pod.image})
    own = replace(
        settings,
        instance=f"{settings.instance}-replay",
        command=(*COMMAND, str(position)),
    )
    manifest = job_manifest(batch.model_copy(update={"pod": pod}), own)
    for thing in (manifest, manifest["spec"]["template"]):
        thing["metadata"]["labels"] = thing["metadata"]["labels"] | {BATCH_LABEL: name}
    manifest["metadata"]["name"] = name
    return manifest
