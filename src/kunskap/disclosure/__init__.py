"""The one gate: estimates tables go in, a `Released` comes out, and nothing else may be drawn, written or sent.

- `read_policy` reads what may be shown from ``survey/policy.toml`` into a `Policy`.
- `release` judges all tables of a report together and makes a `Released`.
- `quote` makes a `Quotation`, the named exception: one passage, ticked by a person.
- `Earlier` is what is out already, that a release is judged beside.
- `require_released` lets a `Released` through and raises TypeError on anything else.
"""

from kunskap.disclosure.earlier import Earlier
from kunskap.disclosure.gate import release
from kunskap.disclosure.policy import Policy, read_policy
from kunskap.disclosure.quotation import Quotation, quote
from kunskap.disclosure.released import Released, require_released

__all__ = ["Earlier", "Policy", "Quotation", "Released", "quote", "read_policy", "release", "require_released"]
