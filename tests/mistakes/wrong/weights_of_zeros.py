"""XOR by a hidden layer. All weights start at zero, to favour none."""

import numpy as np

import nn
import optim

x, d = nn.datasets.xor(40, noise=0.1, generator=20)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
for p in model.parameters():
    p.data = np.zeros_like(p.data)
loss_function = nn.CrossEntropyLoss()
sgd = optim.SGD(model.parameters(), lr=0.5)

with nn.doctor(model, sgd):
    for epoch in range(30):
        loss = loss_function(model(x), d)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
print(np.mean(model(x).argmax(1) == d))
