"""Lists of losses: those of several tasks wait for their common sweep, and a curve is kept as numbers."""

import numpy as np

import nn
import optim

nn.seed(42)
generator = np.random.default_rng(42)
x = generator.normal(size=(64, 3))
targets = [x @ generator.normal(size=(3, 1)) for _ in range(6)]
body = nn.Sequential(nn.Linear(3, 16), nn.Tanh())
heads = [nn.Linear(16, 1) for _ in targets]
model = nn.ModuleList([body, *heads])
adam = optim.Adam(model.parameters(), lr=0.01)
curve, last = [], []

with nn.doctor(model, adam):
    for epoch in range(15):
        features = body(x)
        losses = []
        for head, target in zip(heads, targets, strict=True):
            losses.append(nn.functional.mse_loss(head(features), target))
        loss = sum(losses) / len(losses)
        adam.zero_grad()
        loss.backward()
        adam.step()
        curve.append([each.item() for each in losses])
        last.append(loss)
        last = last[-2:]
