"""A body and a head, trained together."""

import nn
import optim

nn.seed(40)
x, d = nn.datasets.blobs(90, generator=40)
body = nn.Sequential(nn.Linear(2, 16), nn.Tanh())
head = nn.Linear(16, 3)
model = nn.Sequential(body, head)
adam = optim.Adam(body.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(15):
        loss = nn.functional.cross_entropy(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
