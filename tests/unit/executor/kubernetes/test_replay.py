"""The Job of a replay: as the batch's, and nothing that a controller takes for its own."""

from __future__ import annotations

from crosstrial.executor.kubernetes.job import job_manifest
from crosstrial.executor.kubernetes.objects import BATCH_LABEL, INSTANCE_LABEL
from crosstrial.executor.kubernetes.replay import replay_manifest, replay_name
from crosstrial.executor.kubernetes.settings import KubernetesSettings
from support import stored

SETTINGS = KubernetesSettings(namespace="trials", image="now", instance="mine")


def test_a_replay_is_the_batchs_job_under_another_name_and_instance() -> None:
    batch = stored.batch(0)
    name = replay_name(batch.id, "abc123")
    replay = replay_manifest(batch, 3, SETTINGS, image="recorded", name=name)
    template = replay["spec"]["template"]
    worker = template["spec"]["containers"][0]
    assert replay["metadata"]["name"] == name == f"crosstrial-{batch.id}-replay-abc123"
    assert worker["command"] == ["python", "-m", "crosstrial_trial.replay", "3"]
    assert worker["image"] == "recorded"
    for labels in (replay["metadata"]["labels"], template["metadata"]["labels"]):
        assert labels[BATCH_LABEL] == name
        assert labels[INSTANCE_LABEL] == "mine-replay"

    own = job_manifest(batch, SETTINGS)["spec"]["template"]["spec"]
    kept = {**worker, "image": own["containers"][0]["image"], "env": own["containers"][0]["env"]}
    kept.pop("command")
    assert {**template["spec"], "containers": [kept]} == own
