"""What all trials of a batch share, but the data; made by the parent, used by children."""

from __future__ import annotations

from dataclasses import dataclass

from crosstrial.domain.batch import Batch, BatchModel
from crosstrial.spec.document import Evaluation
from crosstrial.spec.epochs import Pruner
from crosstrial.spec.node import Task


@dataclass(frozen=True)
class Setting:
    """A batch without its manifest; `modules` and `commands` are what may be loaded and run."""

    dataset: str
    digest: str
    task: Task
    seed: int
    evaluation: Evaluation
    pruner: Pruner
    searches: int
    models: dict[str, BatchModel]
    modules: tuple[str, ...]
    commands: tuple[str, ...]

    @classmethod
    def of(cls, batch: Batch, modules: tuple[str, ...], commands: tuple[str, ...]) -> Setting:
        """Return the setting of a batch's trials."""
        return cls(
            dataset=batch.dataset,
            digest=batch.digest,
            task=batch.task,
            seed=batch.seed,
            evaluation=batch.evaluation,
            pruner=batch.pruner,
            searches=batch.searches,
            models={model.name: model for model in batch.models},
            modules=modules,
            commands=commands,
        )

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics for the task."""
        named: tuple[str, ...] = getattr(self.evaluation.metrics, self.task)
        return named

    @property
    def primary(self) -> str:
        """The metric that selects."""
        return str(getattr(self.evaluation.primary, self.task))
