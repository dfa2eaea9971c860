"""What is said while a document is resolved, and what its submission came to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from crosstrial.client.registration import Submission
from crosstrial.client.screen import console, is_interactive
from crosstrial.client.wording import plural
from crosstrial.decide.samplers import possible_runs
from crosstrial.domain.experiment import Revision
from crosstrial.domain.pair import Pair
from crosstrial.spec.data_sets import OpenmlSuiteData
from crosstrial.spec.document import Experiment


@contextmanager
def resolving() -> Iterator[Callable[[str], None]]:
    """Show on a terminal which data set is being resolved; elsewhere say nothing."""
    if not is_interactive(sys.stderr):
        yield lambda _name: None
        return
    with console(sys.stderr).status("checking the document") as spinner:
        yield lambda name: spinner.update(f"resolving data set {name}")


def submission_text(submission: Submission, *, dry_run: bool = False) -> str:
    """Return what happened to the experiment, and how large it is."""
    record = submission.experiment
    lines = [f"experiment {record.name}: {_happened(submission, dry_run=dry_run)}"]
    lines += [f"  {change}" for change in submission.changes]
    lines.append(f"  {expansion_text(record.latest.document, record.latest)}")
    return "\n".join(lines)


def _happened(submission: Submission, *, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    if submission.created:
        return f"{would}registered"
    if submission.changes:
        return f"{would}extended"
    return f"registered already, {submission.experiment.state}; nothing has changed"


def expansion_text(document: Experiment, revision: Revision | None = None) -> str:
    """Return how many pairs and trials a document asks for; exact once it is resolved."""
    if revision is not None:
        document = revision.document
    models, datasets = len(document.models()), len(document.data_sets())
    pairs = _possible_pairs(document) if revision is None else revision.pairs()
    runs = possible_runs(document)
    trials = sum(runs[pair.model] for pair in pairs)
    bound = "up to " if revision is None and _skips(document) else ""
    # A sampler that repeats no point ends where a space does.
    spec = document.spec
    fewer = "up to " if min(runs.values()) < spec.trials_per_pair else ""
    each = "each" if spec.searches == 1 else f"in each of {spec.searches} searches"
    return (
        f"{bound}{plural(len(pairs), 'pair')} of {plural(models, 'model')} and"
        f" {plural(datasets, 'data set')}, {fewer}{spec.runs_per_pair} runs {each}:"
        f" {bound}{plural(trials, 'trial')}" + "".join(_suites(document))
    )


def _suites(document: Experiment) -> Iterator[str]:
    """Yield a line for each suite: what it has, as far as it was looked up."""
    for item in document.placed_group_items().values():
        if isinstance(item, OpenmlSuiteData):
            members = ", ".join(member.name for member in item.members)
            yield f"\n  {item.name}: {members or 'not looked up, and not counted'}"


def _possible_pairs(document: Experiment) -> set[Pair]:
    """Return the pairs of the applications; which tasks the data sets have is not known yet."""
    spec = document.spec
    return {
        Pair(model.name, dataset.name)
        for data_group, model_groups in spec.applications.items()
        for dataset in spec.data_sets_of(data_group)
        for model_group in model_groups
        for model in spec.model_groups[model_group]
    }


def _skips(document: Experiment) -> bool:
    return any(model.skip_other_tasks for model in document.models().values())
