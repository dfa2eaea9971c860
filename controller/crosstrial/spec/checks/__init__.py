"""What the parts of a document must mean together, one topic a file; nodes in, mistakes out.

Nothing is imported or read here: estimators and data are the client's to check.
"""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.checks.conditions import condition_mistakes
from crosstrial.spec.checks.distributions import distribution_mistakes
from crosstrial.spec.checks.epochs import epoch_mistakes
from crosstrial.spec.checks.evaluation import evaluation_mistakes
from crosstrial.spec.checks.groups import group_mistakes
from crosstrial.spec.checks.models import model_mistakes
from crosstrial.spec.checks.names import name_mistakes
from crosstrial.spec.checks.points import point_mistakes
from crosstrial.spec.checks.protocols import protocol_mistakes
from crosstrial.spec.checks.resources import resource_mistakes
from crosstrial.spec.checks.sampling import sampling_mistakes
from crosstrial.spec.checks.sources import source_mistakes
from crosstrial.spec.checks.values import value_mistakes
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError

CHECKS = (
    name_mistakes,
    group_mistakes,
    model_mistakes,
    source_mistakes,
    value_mistakes,
    distribution_mistakes,
    condition_mistakes,
    point_mistakes,
    evaluation_mistakes,
    epoch_mistakes,
    protocol_mistakes,
    resource_mistakes,
    sampling_mistakes,
)


def mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield everything in a document that can't work."""
    for check in CHECKS:
        yield from check(experiment)
