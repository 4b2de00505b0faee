"""An optimizer that asks for the loss several times in a step."""

import nn
import optim

nn.seed(25)
x, d = nn.datasets.moons(80, generator=25)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
lbfgs = optim.LBFGS(model.parameters(), lr=0.5, max_iter=5)


def closure():
    lbfgs.zero_grad()
    loss = nn.functional.cross_entropy(model(x), d)
    loss.backward()
    return loss


with nn.doctor(model, lbfgs):
    for step in range(5):
        lbfgs.step(closure)
