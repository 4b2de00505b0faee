"""Training that prints its loss as a number."""

import nn
import optim

nn.seed(9)
x, d = nn.datasets.moons(100, generator=9)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
sgd = optim.SGD(model.parameters(), lr=0.5)
for epoch in range(5):
    loss = float(nn.functional.cross_entropy(model(x), d))
    print(epoch, loss)
    sgd.zero_grad()
    loss.backward()
    sgd.step()
