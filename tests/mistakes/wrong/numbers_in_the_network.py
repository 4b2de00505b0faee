"""An autoencoder with a class of its own. The code is kept to plot it later."""

import numpy as np

import nn
import optim


class Autoencoder(nn.Module):
    def __init__(self):
        self.encoder = nn.Linear(8, 2)
        self.decoder = nn.Linear(2, 8)

    def forward(self, x):
        self.code = np.tanh(self.encoder(x)).data
        return self.decoder(self.code)


nn.seed(6)
x = np.random.default_rng(6).normal(size=(64, 8)).astype(np.float32)
model = Autoencoder()
sgd = optim.SGD(model.parameters(), lr=0.1)
with nn.doctor(model, sgd):
    for epoch in range(10):
        loss = nn.functional.mse_loss(model(x), x)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
