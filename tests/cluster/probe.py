"""Ask a daemon over HTTP whether it is well."""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request


def answers(url: str) -> bool:
    """Say whether a URL answers 200; certificates are not checked, only health is asked."""
    anyone = ssl.create_default_context()
    anyone.check_hostname = False
    anyone.verify_mode = ssl.CERT_NONE
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=anyone)
    )
    try:
        with direct.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False
