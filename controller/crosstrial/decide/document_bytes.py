"""Document bytes: how many entries fit into the one document that a batch is in the store.

A bound from above without encoding anything: decisions know no store.
"""

from __future__ import annotations

from collections.abc import Sequence

from crosstrial.domain.batch import Entry
from crosstrial.spec.node import Value

# MongoDB takes 16 MiB; what is left is for models, evaluation, sums, and a log's end.
LARGEST_MANIFEST_BYTES = 12 << 20
# An entry's other fields with their names, and what its settlement says of it.
ENTRY_BYTES = 320
HEADER_BYTES = 5  # of a text, a list, a mapping
SCALAR_BYTES = 8
ESCAPED_BYTES = 3  # of one reserved character in a key


def fitting(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the first of the entries, as many as fit into one document; one always does."""
    total = 0
    for count, entry in enumerate(entries):
        total += entry_bytes(entry)
        if count and total > LARGEST_MANIFEST_BYTES:
            return entries[:count]
    return entries


def entry_bytes(entry: Entry) -> int:
    """Return at least as many bytes as a manifest's entry and its fate take in the store."""
    return ENTRY_BYTES + len(entry.model.encode()) + _value_bytes(entry.parameters)


def _value_bytes(value: Value) -> int:
    if isinstance(value, str):
        return HEADER_BYTES + len(value.encode(errors="replace"))
    if isinstance(value, dict):
        keys = sum(2 + ESCAPED_BYTES * len(key.encode(errors="replace")) for key in value)
        return HEADER_BYTES + keys + sum(map(_value_bytes, value.values()))
    if isinstance(value, list | tuple):
        keys = len(value) * (2 + len(str(len(value))))
        return HEADER_BYTES + keys + sum(map(_value_bytes, value))
    return SCALAR_BYTES
