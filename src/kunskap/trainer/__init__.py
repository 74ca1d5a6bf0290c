"""The trainer's screen in a notebook: it reaches the room over loopback and shows nothing but released figures."""

from kunskap.trainer.attendance import AttendancePanel, save_attendance
from kunskap.trainer.client import RoomClient
from kunskap.trainer.panel import TrainerPanel
from kunskap.trainer.rehearsal import Rehearsal, room_is_running

__all__ = ["AttendancePanel", "Rehearsal", "RoomClient", "TrainerPanel", "room_is_running", "save_attendance"]
