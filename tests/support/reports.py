"""Reading a report as a browser would: its elements, its text, what it would fetch."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "link", "img", "br", "hr", "input", "source", "embed", "base"}


@dataclass
class Page:
    """A parsed page; `unbalanced` are elements that are closed wrongly or not at all."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    styles: str = ""
    charts: list[dict[str, Any]] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = tag, {name: value or "" for name, value in attrs}
        self.page.tags.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop()[0] != tag:
            self.page.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        tag, attributes = self._open[-1] if self._open else ("", {})
        if tag == "script":
            if attributes.get("type") == "application/json":
                self.page.charts.append(json.loads(data))
        elif tag == "style":
            self.page.styles += data
        else:
            self.page.text += data

    def close(self) -> None:
        super().close()
        self.page.unbalanced += [tag for tag, _ in self._open]


def read_page(html: str) -> Page:
    """Return what a browser would see."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page
