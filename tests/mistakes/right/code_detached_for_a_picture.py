"""An autoencoder; the numbers of its code are kept to plot them, and the code itself goes on."""

import numpy as np

import nn
import optim


class Autoencoder(nn.Module):
    def __init__(self):
        self.encoder = nn.Linear(8, 2)
        self.decoder = nn.Linear(2, 8)

    def forward(self, x):
        code = np.tanh(self.encoder(x))
        self.picture = code.data
        return self.decoder(code)


nn.seed(8)
x = np.random.default_rng(8).normal(size=(64, 8)).astype(np.float32)
model = Autoencoder()
adam = optim.Adam(model.parameters(), lr=0.01)
with nn.doctor(model, adam):
    for epoch in range(20):
        loss = nn.functional.mse_loss(model(x), x)
        adam.zero_grad()
        loss.backward()
        adam.step()
