"""A generator and a discriminator, each with its optimizer; the false points are detached for the one."""

import numpy as np

import nn
import optim

nn.seed(14)
rng = np.random.default_rng(14)
generator = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 2))
judge = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
moves = optim.Adam(generator.parameters(), lr=0.01)
learns = optim.Adam(judge.parameters(), lr=0.01)
bce = nn.BCEWithLogitsLoss()
true, false = np.ones((32, 1), np.float32), np.zeros((32, 1), np.float32)

with nn.doctor(nn.ModuleList([generator, judge])):
    for step in range(15):
        points = rng.normal(size=(32, 2)).astype(np.float32) + np.float32(2)
        made = generator(rng.normal(size=(32, 2)).astype(np.float32))
        loss = bce(judge(points), true) + bce(judge(made.detach()), false)
        learns.zero_grad()
        loss.backward()
        learns.step()
        loss = bce(judge(made), true)
        moves.zero_grad()
        loss.backward()
        moves.step()
