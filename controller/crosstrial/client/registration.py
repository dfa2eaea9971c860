"""Register by name: create, find unchanged, extend, or refuse with a difference."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from crosstrial.client.resolve import Resolved
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState, Revision
from crosstrial.domain.record import utc
from crosstrial.loop.clock import utc_now
from crosstrial.spec.errors import ConflictError
from crosstrial.spec.identity import Difference, differences
from crosstrial.store.protocol import Store

REOPENED = {ExperimentState.COMPLETED: ExperimentState.ACTIVE}


@dataclass(frozen=True)
class Submission:
    """What a submission came to: a new experiment, an extended one, or nothing to do."""

    experiment: ExperimentRecord
    created: bool
    changes: tuple[Difference, ...] = ()

    @property
    def unchanged(self) -> bool:
        """Whether the same content was registered already."""
        return not self.created and not self.changes


def register(store: Store, resolved: Resolved, *, update: bool, dry_run: bool) -> Submission:
    """Register a resolved document under its name.

    Raises:
        ConflictError: the name is known with other content, and this is not an extension.
    """
    name = resolved.revision.document.metadata.name
    known = store.experiment(name)
    if known is not None:
        return _meet(store, known, resolved, update=update, dry_run=dry_run)
    record = _new(resolved.revision)
    if dry_run:
        return Submission(record, created=True)
    resolved.upload(store)
    if store.insert_experiment(record):
        return Submission(record, created=True)
    # Somebody else was first: theirs is the one to compare with.
    return register(store, resolved, update=update, dry_run=dry_run)


def _new(revision: Revision) -> ExperimentRecord:
    return ExperimentRecord(
        name=revision.document.metadata.name,
        uid=secrets.token_hex(5),
        state=ExperimentState.ACTIVE,
        revision=revision.number,
        revisions=(revision,),
        created=utc(utc_now()),
    )


def _meet(
    store: Store, known: ExperimentRecord, resolved: Resolved, *, update: bool, dry_run: bool
) -> Submission:
    if known.state is ExperimentState.DELETING:
        raise ConflictError(
            f"experiment {known.name} is being deleted", "wait until it is gone, then submit again"
        )
    _refuse_changed_data(known, resolved.revision)
    changes = tuple(differences(known.latest.document, resolved.revision.document))
    if not changes:
        return Submission(known, created=False)
    _refuse_unless_extending(known, changes, update=update)
    if dry_run:
        return Submission(known, created=False, changes=changes)
    resolved.upload(store)
    return _extend(store, known, resolved, changes)


def _extend(
    store: Store, known: ExperimentRecord, resolved: Resolved, changes: tuple[Difference, ...]
) -> Submission:
    new = resolved.revision.model_copy(update={"number": known.revision + 1})
    changed = store.append_revision(
        known.uid,
        was=known.state,
        revision=known.revision,
        new=new,
        to=REOPENED.get(known.state, known.state),
    )
    if not changed:  # paused, completed or extended meanwhile: look again
        return register(store, resolved, update=True, dry_run=False)
    record = store.experiment(known.name)
    return Submission(record or known, created=False, changes=changes)


def _refuse_changed_data(known: ExperimentRecord, new: Revision) -> None:
    digests = {dataset.name: dataset.digest for dataset in new.datasets}
    for dataset in known.latest.datasets:
        now = digests.get(dataset.name, dataset.digest)
        if now != dataset.digest:
            raise ConflictError(
                f"data set {dataset.name} has other content than when experiment {known.name}"
                f" was registered: {dataset.digest[:12]} -> {now[:12]}",
                "restore the content, or submit under a new name: scores on different data"
                " do not compare",
            )


def _refuse_unless_extending(
    known: ExperimentRecord, changes: tuple[Difference, ...], *, update: bool
) -> None:
    listed = "\n".join(f"  {change}" for change in changes)
    if known.state is ExperimentState.CANCELLED:
        raise ConflictError(f"experiment {known.name} is cancelled", "submit under a new name")
    if all(change.extends for change in changes):
        if update:
            return
        raise ConflictError(
            f"experiment {known.name} is registered with other content:\n{listed}",
            "these changes only extend it: repeat with --update, or choose a new name",
        )
    breaking = "\n".join(f"  {change}" for change in changes if not change.extends)
    raise ConflictError(
        f"experiment {known.name} is registered with other content:\n{breaking}",
        "trials before and after would not compare: choose a new name",
    )
