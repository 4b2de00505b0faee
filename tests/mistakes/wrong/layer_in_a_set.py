"""A module that keeps its layers in a set, since their order does not matter."""

import numpy as np

import nn
import optim
from nn.training import Trainer


class Committee(nn.Module):
    def __init__(self, count):
        self.voters = {nn.Linear(2, 2) for _ in range(count)}
        self.mixture = nn.Linear(2, 2)

    def forward(self, x):
        return self.mixture(sum(np.tanh(voter(x)) for voter in self.voters))


nn.seed(37)
x, d = nn.datasets.moons(100, generator=37)
model = Committee(3)
trainer = Trainer(model, nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.01), progress=False)
trainer.fit(nn.DataLoader(x, d, batch_size=20, generator=0), epochs=2)
