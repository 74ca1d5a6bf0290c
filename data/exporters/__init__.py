"""Write simulated answers in the layouts of survey tools.

Nothing here imports the readers: what they read back is a real check only if they did not write it.
"""

from exporters.stored import Planted, Stored, place_rows

__all__ = ["Planted", "Stored", "place_rows"]
