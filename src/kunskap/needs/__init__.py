"""Which group needs which module: read the modules, measure the needs, plan the sittings."""

from kunskap.needs.measures import needs
from kunskap.needs.modules import Module, read_modules, taught
from kunskap.needs.plan import VERDICTS, plan

__all__ = ["VERDICTS", "Module", "needs", "plan", "read_modules", "taught"]
