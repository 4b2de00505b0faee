"""Three arms of a bandit: the probability of what was drawn is raised by what it brought, less a baseline."""

import numpy as np

import nn
import optim

nn.seed(26)
rng = np.random.default_rng(26)
worth = np.array([0.1, 0.5, 0.9])
scores = nn.Parameter(np.zeros(3))
adam = optim.Adam([scores], lr=0.1)
baseline = 0.0
with nn.doctor([scores], adam):
    for step in range(60):
        logs = nn.functional.log_softmax(scores, axis=0)
        arms = rng.choice(3, size=16, p=np.exp(logs.data))
        reward = worth[arms] + 0.1 * rng.normal(size=16)
        loss = -np.mean(logs[arms] * (reward - baseline))
        adam.zero_grad()
        loss.backward()
        adam.step()
        baseline = 0.9 * baseline + 0.1 * reward.mean()
