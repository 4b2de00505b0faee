"""Classify blobs. The order of the four lines came from memory."""

import nn
import optim

nn.seed(1)
x, d = nn.datasets.blobs(120, generator=1)
model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 3))
loss_function = nn.CrossEntropyLoss()
sgd = optim.SGD(model.parameters(), lr=0.1)

with nn.doctor(model, sgd):
    for epoch in range(10):
        loss = loss_function(model(x), d)
        sgd.zero_grad()
        sgd.step()
        loss.backward()
        print(epoch, loss.item())
