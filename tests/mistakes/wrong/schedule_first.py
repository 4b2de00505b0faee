"""The schedule goes on before the optimizer has made its step."""

import nn
import optim

nn.seed(43)
x, d = nn.datasets.moons(100, generator=43)
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
sgd = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
schedule = optim.StepLR(sgd, step_size=5, gamma=0.5)

with nn.doctor(model, sgd):
    for epoch in range(12):
        sgd.zero_grad()
        loss = nn.functional.cross_entropy(model(x), d)
        loss.backward()
        schedule.step()
        sgd.step()
