"""Put the content, the demo and the notebooks into the wheel, file by file.

A folder taken whole would bring what lies in it by chance: a notebook's checkpoint may hold raw answers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("survey", "data", "notebooks")


class ContentHook(BuildHookInterface):
    """Add the content folders under ``kunskap/content``; an editable installation reads them where they lie."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name each file to include."""
        if version == "editable":
            return
        root = Path(self.root)
        for folder in FOLDERS:
            for path in sorted((root / folder).rglob("*")):
                inside = path.relative_to(root)
                is_hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
                if path.is_file() and not is_hidden:
                    build_data["force_include"][str(path)] = f"kunskap/content/{inside.as_posix()}"
