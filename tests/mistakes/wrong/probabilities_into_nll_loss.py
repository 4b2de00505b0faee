"""The negative log-likelihood of a softmax, which the slides call the loss of classification."""

import numpy as np

import nn
import optim

nn.seed(3)
x, d = nn.datasets.blobs(90, generator=3)
model = nn.Sequential(nn.Linear(2, 10), nn.Tanh(), nn.Linear(10, 3), nn.Softmax(axis=1))
nll = nn.NLLLoss()
adam = optim.Adam(model.parameters(), lr=0.02)

with nn.doctor(model, adam):
    for epoch in range(10):
        probabilities = model(x)
        loss = nll(probabilities, d)
        adam.zero_grad()
        loss.backward()
        adam.step()
print(np.mean(model(x).argmax(1) == d))
