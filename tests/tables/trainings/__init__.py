"""The table of trainings: programs with a mistake, each with what the doctor says of it and mended, and right ones."""
