"""Schedules that are made inside the loop, brought to where a training goes on, or set before each epoch."""

import nn
import optim

nn.seed(44)
x, d = nn.datasets.moons(96, generator=44)
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))


def step(sgd: optim.SGD) -> None:
    sgd.zero_grad()
    nn.functional.cross_entropy(model(x), d).backward()
    sgd.step()


with nn.doctor(model):
    sgd = optim.SGD(model.parameters(), lr=0.1)
    schedule = optim.warmup(optim.CosineAnnealingLR(sgd, 20), 3)
    for _ in range(8):
        step(sgd)
        schedule.step()

with nn.doctor(model):
    sgd = optim.SGD(model.parameters(), lr=0.1)
    going_on = optim.ExponentialLR(sgd, 0.99)
    for _ in range(5):
        going_on.step()
    for _ in range(8):
        step(sgd)
        going_on.step()

with nn.doctor(model):
    sgd = optim.SGD(model.parameters(), lr=0.1)
    by_epochs = optim.ExponentialLR(sgd, 0.9)
    for epoch in range(4):
        by_epochs.step(epoch)
        for _ in range(3):
            step(sgd)
