"""Class probabilities by softmax and their logarithm, step by step."""

import numpy as np

import nn
import optim

nn.seed(21)
x, d = nn.datasets.blobs(90, generator=21)
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 3))
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(10):
        scores = model(x)
        probabilities = nn.functional.softmax(scores, axis=0)
        loss = nn.functional.nll_loss(np.log(probabilities), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
