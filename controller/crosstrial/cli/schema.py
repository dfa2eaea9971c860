"""`crosstrial schema`: the JSON schema of what a user may write, for editors."""

from __future__ import annotations

from crosstrial.cli.render.documents import show_json
from crosstrial.spec.schema import json_schema


def schema() -> None:
    """Print the JSON schema of the document."""
    show_json(json_schema())
