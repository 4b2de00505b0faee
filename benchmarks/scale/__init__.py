"""How long a step takes in N processes: a model, its constants measured here, and what it says for many machines."""
