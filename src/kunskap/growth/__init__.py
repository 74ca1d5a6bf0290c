"""Analyses of the growth work itself: who decides, who applies, who gets what.  Tables in, estimates tables out."""
