"""Three kinds, and a last layer of two outputs."""

import numpy as np

import nn
import optim

nn.seed(45)
x, d = nn.datasets.blobs(90, generator=45)
criterion = nn.CrossEntropyLoss()


class Sorter:
    def __init__(self) -> None:
        self.first, self.last = nn.Linear(2, 16), nn.Linear(16, 2)
        self.sgd = optim.SGD([*self.first.parameters(), *self.last.parameters()], lr=0.1)

    def learn(self) -> None:
        self.sgd.zero_grad()
        h = np.tanh(self.first(x))
        loss = criterion(self.last(h), d)
        loss.backward()
        self.sgd.step()


Sorter().learn()
