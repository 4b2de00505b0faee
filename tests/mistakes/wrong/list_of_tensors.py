"""The losses are kept for a curve, each with the graph of its step."""

import nn
import optim

nn.seed(41)
x, d = nn.datasets.moons(100, generator=41)


class Training:
    def __init__(self) -> None:
        self.model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
        self.adam = optim.Adam(self.model.parameters(), lr=0.01)
        self.losses: list[object] = []

    def run(self, epochs: int) -> None:
        with nn.doctor(self.model, self.adam):
            for _ in range(epochs):
                loss = nn.functional.cross_entropy(self.model(x), d)
                self.adam.zero_grad()
                loss.backward()
                self.adam.step()
                self.losses.append(loss)


Training().run(12)
