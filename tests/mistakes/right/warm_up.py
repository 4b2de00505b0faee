"""The learning rate starts at nothing and grows, as transformers like it."""

import numpy as np

import nn
import optim

nn.seed(16)
rng = np.random.default_rng(16)
x = rng.normal(size=(16, 5, 8)).astype(np.float32)
d = rng.integers(0, 2, size=16)
layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
model = nn.Sequential(layer, nn.Flatten(), nn.Linear(40, 2))
adam = optim.AdamW(model.parameters(), lr=0.003)
schedule = optim.LambdaLR(adam, lambda step: min(1.0, step / 20))

with nn.doctor(model, adam):
    for step in range(40):
        loss = nn.functional.cross_entropy(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
        schedule.step()
