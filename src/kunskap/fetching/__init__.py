"""Fresh public figures: which queries, over which wire, in which layouts, and what is kept when the net is down."""

from kunskap.fetching.client import fetch_with_cache, polite_client
from kunskap.fetching.layouts import from_json_stat, from_kolada
from kunskap.fetching.queries import Query, Source, read_queries
from kunskap.fetching.updating import Update, update

__all__ = [
    "Query",
    "Source",
    "Update",
    "fetch_with_cache",
    "from_json_stat",
    "from_kolada",
    "polite_client",
    "read_queries",
    "update",
]
