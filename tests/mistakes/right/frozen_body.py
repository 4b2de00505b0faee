"""A body that was trained before is frozen, and the optimizer is given the head alone."""

import nn
import optim

nn.seed(12)
x, d = nn.datasets.blobs(90, generator=12)
body = nn.Sequential(nn.Linear(2, 16), nn.Tanh())
head = nn.Linear(16, 3)
model = nn.Sequential(body, head)
for p in body.parameters():
    p.requires_grad = False
adam = optim.Adam(head.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(20):
        loss = nn.functional.cross_entropy(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
