"""Run axe-core on a part of a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe_violations(page: Page, part: str = ".kq") -> list[str]:
    """What axe finds inside `part`: the rule and the elements, one line each."""
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations", "passes"]}
    response = Axe().run(page, context=part, options=options).response
    assert response["passes"], f"axe checked nothing inside {part}"
    return [
        f"{found['id']}: {' '.join(map(str, node['target']))} {node.get('failureSummary', '')}"
        for found in response["violations"]
        for node in found["nodes"]
    ]
