"""A body is frozen, and the optimizer is given all parameters: it moves those that have gradients."""

import nn
import optim

nn.seed(26)
x, d = nn.datasets.blobs(90, generator=26)
body = nn.Sequential(nn.Linear(2, 16), nn.Tanh())
model = nn.Sequential(body, nn.Linear(16, 3))
loss_function = nn.CrossEntropyLoss()
for p in body.parameters():
    p.requires_grad = False
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(10):
        loss = loss_function(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
