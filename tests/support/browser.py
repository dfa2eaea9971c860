"""A headless Chromium that shows a file: as wide as wanted, light or dark, on a screen or on paper.

What it tried to fetch and what its console said is kept for each page. Its profile is a folder of
the test's; it is never updated, and looks for no driver by itself.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webelement import WebElement

from support.arena import wait_for

NAMES = ("chromium", "chromium-browser", "google-chrome")
DRIVER = "chromedriver"
REMEDY = "on Debian: apt-get install chromium chromium-driver"
PHONE, DESK = 390, 1440
HEIGHT = 900
SWITCHES = (
    "--headless=new",
    "--no-sandbox",  # it does not start as root with one
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


class Browser:
    """One page at a time; `open` begins with an empty console and nothing fetched."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, path: Path, *, width: int = DESK, scheme: str = "light") -> None:
        """Show a file on a screen, and wait until its script has drawn all charts."""
        self.resize(width)
        self.emulate(scheme=scheme)
        for kind in ("browser", "performance"):
            self._log(kind)
        self.driver.get(path.as_uri())
        wait_for(self.is_drawn, "every chart is drawn")

    def is_drawn(self) -> bool:
        """Whether every chart has its drawing, or says why not."""
        return bool(
            self.run("return [...document.querySelectorAll('.chart')].every(c => c.textContent)")
        )

    def resize(self, width: int) -> None:
        """Make the page so wide."""
        metrics = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self._protocol("Emulation.setDeviceMetricsOverride", **metrics)

    def emulate(self, *, scheme: str = "light", media: str = "screen") -> None:
        """Have the page styled for a scheme of colours, and for a screen or for paper."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self._protocol("Emulation.setEmulatedMedia", media=media, features=[feature])

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script returns; a promise is waited for."""
        return self.driver.execute_script(script, *arguments)

    def all(self, selector: str) -> list[WebElement]:
        """Return the elements that match."""
        return self.driver.find_elements("css selector", selector)

    @contextmanager
    def prepared(self, script: str) -> Iterator[None]:
        """Run a script in each page before its own."""
        added = self._protocol("Page.addScriptToEvaluateOnNewDocument", source=script)
        try:
            yield
        finally:
            self._protocol("Page.removeScriptToEvaluateOnNewDocument", **added)

    def figure(self, title: str) -> WebElement:
        """Return the figure of a title."""
        return next(f for f in self.all("figure") if f.text.startswith(title))

    def point_at(self, element: WebElement) -> None:
        """Move the pointer to the middle of an element."""
        ActionChains(self.driver).scroll_to_element(element).move_to_element(element).perform()

    def click(self, element: WebElement) -> None:
        """Move the pointer to an element, and click."""
        self.point_at(element)
        ActionChains(self.driver).click().perform()

    def press(self, *keys: str) -> None:
        """Type keys, whatever has the focus."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def complaints(self) -> list[str]:
        """Return what the console was told since the page was opened."""
        return [entry["message"] for entry in self._log("browser")]

    def fetched(self) -> list[str]:
        """Return the addresses that were asked for since the page was opened."""
        messages = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def pdf(self) -> bytes:
        """Return the page as it is printed, on A4."""
        self.emulate(media="print")
        size = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
        return base64.b64decode(self._protocol("Page.printToPDF", **size)["data"])

    def _protocol(self, command: str, **parameters: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.driver.execute_cdp_cmd(command, parameters)
        return found

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.get_log(kind)
        return entries


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start a browser; nothing of it is left afterwards."""
    options = webdriver.ChromeOptions()
    options.binary_location = _program(*NAMES)
    for switch in (*SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(_program(DRIVER)))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


def _program(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.fail(
            f"no {names[0]} here, which shows pages to these tests; {REMEDY}", pytrace=False
        )
    return found
