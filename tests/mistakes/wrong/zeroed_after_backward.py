"""Spiral arms by a network of two hidden layers."""

import nn
import optim

nn.seed(2)
x, d = nn.datasets.spiral(150, generator=2)
model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 3))
loss_function = nn.CrossEntropyLoss()
sgd = optim.SGD(model.parameters(), lr=0.3, momentum=0.9)

with nn.doctor(model, sgd):
    for epoch in range(10):
        loss = loss_function(model(x), d)
        loss.backward()
        sgd.zero_grad()
        sgd.step()
    print(loss.item())
