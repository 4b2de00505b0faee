"""Small pictures, divided by 255, by a convolutional network and the Trainer."""

import numpy as np

import nn
import optim
from nn.training import Trainer

nn.seed(22)
rng = np.random.default_rng(22)
d = rng.integers(0, 2, size=128)
pictures = rng.integers(0, 128, size=(128, 1, 8, 8)) + 100 * d.reshape(-1, 1, 1, 1)
x = (pictures / 255).astype(np.float32)
model = nn.Sequential(
    nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.1), nn.Linear(4 * 6 * 6, 2)
)
adam = optim.Adam(model.parameters(), lr=0.005)
trainer = Trainer(model, nn.CrossEntropyLoss(), adam, metrics=[nn.metrics.accuracy], progress=False)
batches = nn.DataLoader(x, d, batch_size=32, shuffle=True, generator=0)
trainer.fit(batches, nn.DataLoader(x, d, batch_size=64), epochs=3)
