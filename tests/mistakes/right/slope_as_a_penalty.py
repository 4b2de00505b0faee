"""The slope of the output with respect to the input is kept small: a gradient in the loss."""

import numpy as np

import nn
import optim
from autograd import grad

nn.seed(18)
x, d = nn.datasets.moons(60, generator=18)
target = d.reshape(-1, 1).astype(np.float32)
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for step in range(15):
        slope = grad(lambda inputs: np.sum(model(inputs)))(x)
        error = nn.functional.binary_cross_entropy_with_logits(model(x), target)
        loss = error + 0.01 * np.mean(slope**2)
        adam.zero_grad()
        loss.backward()
        adam.step()
