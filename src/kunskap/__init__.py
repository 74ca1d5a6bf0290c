"""A training and knowledge-survey kit for gender-equal regional growth.

The way through it: ``read_bank`` → ``read_responses`` → ``inventory`` → ``release`` → ``save_report``.
"""

__version__ = "0.1.0"
