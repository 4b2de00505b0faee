"""Two tasks share a body, and their heads are trained in turn: each has no gradient every other step."""

import numpy as np

import nn
import optim


class Two(nn.Module):
    def __init__(self):
        self.body = nn.Linear(2, 16)
        self.heads = [nn.Linear(16, 2), nn.Linear(16, 3)]

    def forward(self, x, task):
        return self.heads[task](np.tanh(self.body(x)))


nn.seed(17)
tasks = [nn.datasets.moons(90, generator=17), nn.datasets.blobs(90, generator=17)]
model = Two()
adam = optim.Adam(model.parameters(), lr=0.01)
with nn.doctor(model, adam):
    for step in range(30):
        x, d = tasks[step % 2]
        loss = nn.functional.cross_entropy(model(x, step % 2), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
