"""From suites in a document to the data sets that they have now."""

from __future__ import annotations

from collections.abc import Callable

from crosstrial.data.sources import suite_members
from crosstrial.spec.checks.names import name_mistakes
from crosstrial.spec.data_sets import DataSet, OpenmlSuiteData
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import CrosstrialError, raise_all


def with_members(document: Experiment, progress: Callable[[str], None]) -> Experiment:
    """Return a document whose suites have members, as it is recorded.

    Raises:
        InvalidError: there is no such suite, or a member's name is taken.
        UnavailableError: whoever has the suite does not answer.
    """
    places = {id(item): at for at, item in document.placed_group_items().items()}

    def expanded(item: DataSet | OpenmlSuiteData) -> DataSet | OpenmlSuiteData:
        if not isinstance(item, OpenmlSuiteData):
            return item
        progress(item.name)
        try:
            return item.model_copy(update={"members": suite_members(item)})
        except CrosstrialError as error:
            raise error.below(places[id(item)]) from error

    groups = {
        name: tuple(expanded(item) for item in items)
        for name, items in document.spec.data_groups.items()
    }
    spec = document.spec.model_copy(update={"data_groups": groups})
    complete = document.model_copy(update={"spec": spec})
    raise_all(name_mistakes(complete))
    return complete
