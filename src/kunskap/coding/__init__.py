"""Own words turned into codes by two people, so that only shares of codes go further and never a text.

- `read_coding_frame` reads which codes there are; the screen for coders is `kunskap.coding_panel`.
- `read_codings` gathers the coders' files; `agreement` says how well they agree, code by code (Krippendorff's alpha).
- `settle` makes one answer per text of what the coders agree on and what they settled; `coded_shares` counts it.
- `coded_tables` does all of that for a project's folder of coders' files, for the report.
"""

from kunskap.coding.agreement import LEAST_ALPHA, agreement, krippendorff_alpha, reliable
from kunskap.coding.files import Coding, read_coder, read_codings, save_coder, text_keys
from kunskap.coding.frame import Code, CodingFrame, read_coding_frame
from kunskap.coding.results import coded_tables, coder_files
from kunskap.coding.shares import coded_shares, settle, unsettled

__all__ = [
    "LEAST_ALPHA",
    "Code",
    "Coding",
    "CodingFrame",
    "agreement",
    "coded_shares",
    "coded_tables",
    "coder_files",
    "krippendorff_alpha",
    "read_coder",
    "read_coding_frame",
    "read_codings",
    "reliable",
    "save_coder",
    "settle",
    "text_keys",
    "unsettled",
]
