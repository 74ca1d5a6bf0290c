"""The report: one accessible page that needs nothing beside it, the tables as CSV, and a log of what is hidden."""

from kunskap.report.save import save_report

__all__ = ["save_report"]
