"""An experiment's status as a JSON document with stable keys."""

from __future__ import annotations

from typing import Any

from crosstrial.cli.render.status import pairs_listing
from crosstrial.client.status import ExperimentStatus


def status_document(status: ExperimentStatus) -> dict[str, Any]:
    """Return everything that `status` knows, pairs included."""
    record = status.record
    return {
        "name": record.name,
        "uid": record.uid,
        "state": str(record.state),
        "revision": record.revision,
        "labels": dict(record.latest.document.metadata.labels),
        "created": record.created,
        "started": record.status.started,
        "finished": record.status.ended,
        "wanted": status.wanted,
        "ended": status.ended,
        "failed": status.failed,
        "remaining": status.remaining,
        "liveBatches": status.live_batches,
        "elapsedSeconds": status.elapsed_seconds,
        "trialsPerSecond": status.trials_per_second,
        "secondsToFinish": status.seconds_to_finish,
        "conditions": [condition.to_document() for condition in record.status.conditions],
        "pairs": pairs_listing(status).documents(),
    }
