"""What the review's tests share: the rules, and a draft with a find of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from kunskap.growth.review import Review, Rules, read_draft, read_rules, review


@pytest.fixture(scope="session")
def rules(root: Path) -> Rules:
    return read_rules(root / "data" / "review")


@pytest.fixture(scope="session")
def draft(root: Path) -> Path:
    return root / "data" / "review" / "utkast_simulerad.docx"


@pytest.fixture(scope="session")
def found(draft: Path, rules: Rules) -> Review:
    return review(read_draft(draft), rules=rules, name=draft.name)
