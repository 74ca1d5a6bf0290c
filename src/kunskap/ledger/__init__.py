"""What has been released: each new release is judged together with what is out already.

A project's folder ``ledger`` holds a file per release, with its tables as they were shown, how many people they were
about, and a sign for who they were and what they answered.  The sign is made with the project's key: two releases about
the same answers have the same, and nothing else can be read from it.
"""

from kunskap.ledger.division import Division, division_beside
from kunskap.ledger.entries import ACTIVITIES, FOLDER, REGISTER, RESPONDENTS, Entry, Ledger, ledger_alone, read_ledger
from kunskap.ledger.people import release_beside, who_answered
from kunskap.ledger.register import register_beside

__all__ = [
    "ACTIVITIES",
    "FOLDER",
    "REGISTER",
    "RESPONDENTS",
    "Division",
    "Entry",
    "Ledger",
    "division_beside",
    "ledger_alone",
    "read_ledger",
    "register_beside",
    "release_beside",
    "who_answered",
]
