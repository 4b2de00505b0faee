"""Deep learning: thirty layers."""

import nn
import optim

nn.seed(24)
x, d = nn.datasets.moons(200, generator=24)
layers = [nn.Linear(2, 10), nn.Sigmoid()]
for _ in range(28):
    layers += [nn.Linear(10, 10), nn.Sigmoid()]
model = nn.Sequential(*layers, nn.Linear(10, 2))
loss_function = nn.CrossEntropyLoss()
sgd = optim.SGD(model.parameters(), lr=0.1)

with nn.doctor(model, sgd):
    for epoch in range(30):
        loss = loss_function(model(x), d)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
