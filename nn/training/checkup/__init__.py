"""The doctor: tells the mistakes that trainings are made with, with the line and the fix."""

from .doctor import doctor
from .finding import Checkup, DoctorWarning, Finding
from .loop import Doctor
from .rounds import Rounds

__all__ = ["Checkup", "Doctor", "DoctorWarning", "Finding", "Rounds", "doctor"]
