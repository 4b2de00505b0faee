"""Training with dropout, and the accuracy on other points after each epoch."""

import numpy as np

import nn
import optim
from autograd import no_grad

nn.seed(17)
x, d = nn.datasets.moons(200, generator=17)
x_test, d_test = nn.datasets.moons(100, generator=18)
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 2))
loss_function = nn.CrossEntropyLoss()
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(5):
        loss = loss_function(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
        with no_grad():
            guess = model(x_test)
        print(np.mean(guess.argmax(1) == d_test))
