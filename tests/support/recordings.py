"""Recorded experiments of the gallery: real runs of crosstrial, kept as small files.

`python -m support.recordings FILE.yaml ...` runs documents and writes a recording beside each;
`support.gallery` draws from them.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import bson
import typer

from crosstrial.client.counted import counted_outcomes
from crosstrial.client.session import open_place
from crosstrial.client.where import Where
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair, PairState

SUFFIX = ".bson.gz"
# Dates are aware, as the store returns them.
OPTIONS: bson.CodecOptions[dict[str, object]] = bson.CodecOptions(tz_aware=True, tzinfo=UTC)


@dataclass(frozen=True)
class Recording:
    """What `compare` reads of an experiment."""

    experiment: ExperimentRecord
    outcomes: list[Outcome]

    @property
    def states(self) -> Mapping[Pair, PairState]:
        """The state of every pair: only what completed without a stop is recorded."""
        return dict.fromkeys(self.experiment.latest.pairs(), PairState.DONE)

    @property
    def made(self) -> datetime:
        """When it was recorded."""
        return max(outcome.finished for outcome in self.outcomes)


def record(document: Path) -> Recording:
    """Run a document on this machine, in a state folder that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory() as home,
        open_place(Where(home=Path(home))) as session,
    ):
        client = session.client
        client.store.ensure_ready()
        name = client.submit(document).experiment.name
        *_, last = session.advance(name, lambda _: None)
        if {pair.state for pair in last.pairs} != {PairState.DONE}:
            raise RuntimeError(f"{name} did not complete: it is {last.record.state}")
        outcomes = map(_of_no_machine, counted_outcomes(client.store, last.record.uid))
        return Recording(last.record, sorted(outcomes, key=lambda outcome: outcome.id))


def _of_no_machine(outcome: Outcome) -> Outcome:
    """Leave out what names the machine: its process, and paths in a traceback above the error."""
    message = None if outcome.message is None else outcome.message.strip().splitlines()[-1]
    return outcome.model_copy(update={"pod": "recorded", "message": message})


def write(recording: Recording, path: Path) -> None:
    """Write a recording, the same content as the same bytes."""
    body = bson.encode(
        {
            "experiment": recording.experiment.to_document(),
            "outcomes": [outcome.to_document() for outcome in recording.outcomes],
        }
    )
    path.write_bytes(gzip.compress(body, mtime=0))


def read(path: Path) -> Recording:
    """Return what `write` wrote."""
    body = bson.decode(gzip.decompress(path.read_bytes()), OPTIONS)
    return Recording(
        ExperimentRecord.from_document(body["experiment"]),
        [Outcome.from_document(one) for one in body["outcomes"]],
    )


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        source = Path(argument)
        target = source.with_suffix(SUFFIX)
        write(record(source), target)
        typer.echo(f"recorded {target}: {target.stat().st_size / 1000:.0f} kB")
