"""The participants' page: one address, on any phone, with nothing installed.

One plain Tornado process; the markup is the notebook's, and it works without JavaScript.  Answers go to a store, no
address is logged, and nothing is fetched from elsewhere.
"""

from kunskap.serve.app import make_app, make_server
from kunskap.serve.settings import Settings, settings_for

__all__ = ["Settings", "make_app", "make_server", "settings_for"]
