"""Small pictures of bright and dark squares, as their file has them."""

import numpy as np

import nn
import optim
from nn.training import Trainer

nn.seed(14)
rng = np.random.default_rng(14)
d = rng.integers(0, 2, size=128)
pictures = rng.integers(0, 128, size=(128, 1, 8, 8)) + 100 * d.reshape(-1, 1, 1, 1)
x = pictures.astype(np.float32)
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 6 * 6, 2))
sgd = optim.SGD(model.parameters(), lr=1e-4)
trainer = Trainer(model, nn.CrossEntropyLoss(), sgd, progress=False)
trainer.fit(nn.DataLoader(x, d, batch_size=32, generator=0), epochs=2)
