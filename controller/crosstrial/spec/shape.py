"""From plain values to nodes: right keys and types everywhere, or every mistake at once."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, Location, raise_all
from crosstrial.spec.grammar import spot
from crosstrial.spec.normal_form import normal_form
from crosstrial.spec.type_errors import in_plain_words
from crosstrial.spec.wording import nearest


def shaped(document: dict[str, Any]) -> Experiment:
    """Return the nodes of a document's plain values.

    Raises:
        InvalidError: every unknown or missing key and every value of a wrong type.
    """
    normal, mistakes = normal_form(document)
    try:
        experiment = Experiment.model_validate(normal)
    except ValidationError as error:
        raise_all([*mistakes, *_others(error, {mistake.at for mistake in mistakes})])
        raise  # what was told already is all that there is, and raised above
    raise_all(mistakes)
    return experiment


def _others(error: ValidationError, told: set[Location]) -> list[InvalidError]:
    """Return the mistakes in parts of which nothing was told yet."""
    found = [(spot(details["loc"]), details) for details in error.errors(include_url=False)]
    # A key that is spelled wrong is missing too: once is enough.
    meant = {
        (*place.at[:-1], nearest(str(place.at[-1]), place.siblings))
        for place, details in found
        if details["type"] == "extra_forbidden"
    }
    return [
        in_plain_words(place, details)
        for place, details in found
        if not (details["type"] == "missing" and place.at in meant)
        and not any(place.at[:length] in told for length in range(len(place.at) + 1))
    ]
