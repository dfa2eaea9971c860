"""The site's own hook: links to files of the repository, outside docs/, lead to its pages."""

from __future__ import annotations

import re
from typing import Any

OUTSIDE = re.compile(r"\]\((?:\.\./)+(?!adr/|guide/|reference/)(?=\w)")


def on_page_markdown(markdown: str, *, config: Any, **_: object) -> str:
    """Rewrite what is relative to the repository's root; what stays in docs/ is left alone."""
    return OUTSIDE.sub(f"]({config['repo_url']}/blob/main/", markdown)
