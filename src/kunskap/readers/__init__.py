"""Files of answers from survey tools, read into the four tables; nothing is lost and nothing repaired in silence."""

from kunskap.readers.mapping import draft_mapping
from kunskap.readers.reading import read_responses
from kunskap.readers.result import Import

__all__ = ["Import", "draft_mapping", "read_responses"]
