"""A curve through points, with the mean squared error written out."""

import numpy as np

import nn
import optim

nn.seed(5)
x = np.linspace(-1, 1, 40, dtype=np.float32)
t = np.sin(3 * x)
model = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(10):
        y = model(x.reshape(-1, 1))
        difference = y - t
        loss = np.mean(difference**2)
        adam.zero_grad()
        loss.backward()
        adam.step()
print("error", loss.item())
