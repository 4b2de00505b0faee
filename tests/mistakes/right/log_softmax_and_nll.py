"""Log-probabilities into the negative log-likelihood."""

import nn
import optim

nn.seed(3)
x, d = nn.datasets.blobs(120, generator=3)
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 3), nn.LogSoftmax(axis=1))
nll = nn.NLLLoss()
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(20):
        loss = nll(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
