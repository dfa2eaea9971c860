"""Machine-readable output: JSON and YAML with stable keys."""

from __future__ import annotations

import io
import json
from typing import Any

import orjson
import typer

OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_UTC_Z


def json_text(document: Any) -> str:
    """Return indented JSON; NaN is null, moments are ISO 8601 in UTC."""
    return orjson.dumps(document, option=OPTIONS, default=str).decode()


def yaml_text(document: Any) -> str:
    """Return the same document as YAML."""
    from ruamel.yaml import YAML  # noqa: PLC0415 slow to load and rarely wanted

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    stream = io.StringIO()
    yaml.dump(json.loads(json_text(document)), stream)
    return stream.getvalue().rstrip("\n")


def show_json(document: Any) -> None:
    """Print a document as JSON."""
    typer.echo(json_text(document))


def show_yaml(document: Any) -> None:
    """Print a document as YAML."""
    typer.echo(yaml_text(document))
