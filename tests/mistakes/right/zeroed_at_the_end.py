"""zero_grad() stands last in the loop, which is as good as first."""

import nn
import optim

nn.seed(2)
x, d = nn.datasets.blobs(120, generator=2)
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 3))
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(20):
        loss = nn.functional.cross_entropy(model(x), d)
        loss.backward()
        adam.step()
        adam.zero_grad()
