"""An attacker who reads published reports: what is hidden in them, and how well it can be known all the same.

Nothing here knows the gate (`kunskap.disclosure`): a mistake there cannot blind this.
"""
