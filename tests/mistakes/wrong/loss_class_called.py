"""A loss with its two arguments."""

import nn
import optim

nn.seed(30)
x, d = nn.datasets.moons(100, generator=30)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
sgd = optim.SGD(model.parameters(), lr=0.1)
for epoch in range(5):
    loss = nn.CrossEntropyLoss(model(x), d)
    sgd.zero_grad()
    loss.backward()
    sgd.step()
