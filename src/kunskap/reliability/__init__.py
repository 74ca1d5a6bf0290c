"""How far a score would come out the same again: alpha, omega, the standard error of measurement, test–retest."""

from kunskap.reliability.alpha import alpha, alpha_of, feldt_interval, standard_error

__all__ = ["alpha", "alpha_of", "feldt_interval", "standard_error"]
