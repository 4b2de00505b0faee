"""A network with two hidden layers."""

import numpy as np

import nn
import optim


class Net(nn.Module):
    def __init__(self):
        self.first = nn.Linear(2, 16)
        self.second = nn.Linear(16, 16)
        self.last = nn.Linear(16, 2)

    def forward(self, x):
        x = np.tanh(self.first(x))
        x = np.tanh(x)
        return self.last(x)


nn.seed(44)
x, d = nn.datasets.moons(100, generator=44)
model = Net()
adam = optim.Adam(model.parameters(), lr=0.01)
with nn.doctor(model, adam):
    for epoch in range(15):
        loss = nn.functional.cross_entropy(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
