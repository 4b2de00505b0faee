"""A network for two classes gets a new head for three."""

import nn
import optim

nn.seed(12)
x, d = nn.datasets.blobs(90, generator=12)
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
adam = optim.Adam(model.parameters(), lr=0.01)
model[2] = nn.Linear(16, 3)
loss_function = nn.CrossEntropyLoss()

with nn.doctor(model, adam):
    for epoch in range(10):
        loss = loss_function(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
