"""Reports of several kinds from one description, in several formats, with tables and a manifest."""

from kunskap.report.manifest import hashed_inputs, project_inputs
from kunskap.report.save import save_report, write_document

__all__ = ["hashed_inputs", "project_inputs", "save_report", "write_document"]
