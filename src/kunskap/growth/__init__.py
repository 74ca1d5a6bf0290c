"""Analyses of the growth work itself: who decides, who applies, who gets what.  Tables in, estimates tables out.

`applications` → `resources`, `decomposition`, `what_if`; `bodies` → `representation`; `transport`; `strategy` →
`progress`; `statistics` and `counts` for tables that should be made right; `steps` for worksheets; `timeline` of the
goals.  `difference` sets a baseline and a later round of any of them against each other.
"""

from kunskap.growth.comparison import difference, result_table

__all__ = ["difference", "result_table"]
