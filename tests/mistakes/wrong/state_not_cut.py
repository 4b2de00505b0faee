"""A recurrent network over a long series, piece by piece."""

import numpy as np

import nn
import optim

nn.seed(43)
series = np.sin(0.2 * np.arange(101, dtype=np.float32)).reshape(1, -1, 1)
rnn = nn.RNN(1, 8, batch_first=True)
head = nn.Linear(8, 1)
adam = optim.Adam([*rnn.parameters(), *head.parameters()], lr=0.01)
h = None
for start in range(0, 100, 20):
    y, h = rnn(series[:, start : start + 20], h)
    loss = nn.functional.mse_loss(head(y), series[:, start + 1 : start + 21])
    adam.zero_grad()
    loss.backward()
    adam.step()
