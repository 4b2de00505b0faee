"""A recurrent network over a long series, whose state is cut from the graph after every piece."""

import numpy as np

import nn
import optim


class Follower(nn.Module):
    def __init__(self):
        self.rnn = nn.RNN(1, 8, batch_first=True)
        self.head = nn.Linear(8, 1)

    def forward(self, x, h):
        y, h = self.rnn(x, h)
        return self.head(y), h


nn.seed(11)
series = np.sin(0.2 * np.arange(161, dtype=np.float32)).reshape(1, -1, 1)
model = Follower()
adam = optim.Adam(model.parameters(), lr=0.01)
with nn.doctor(model, adam):
    for epoch in range(3):
        h = None
        for start in range(0, 160, 20):
            piece = slice(start, start + 20)
            following = slice(start + 1, start + 21)
            y, h = model(series[:, piece], h)
            loss = nn.functional.mse_loss(y, series[:, following])
            adam.zero_grad()
            loss.backward()
            adam.step()
            h = h.detach()
