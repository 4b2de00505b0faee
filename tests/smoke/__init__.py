"""What must work where only the wheel and NumPy are installed: ``make wheel`` runs it."""
