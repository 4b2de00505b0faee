"""Colour pictures of height, width and three colours, as a camera gives them."""

import numpy as np

import nn

rng = np.random.default_rng(33)
pictures = rng.random(size=(16, 32, 32, 3), dtype=np.float32)
model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2))
scores = model(pictures)
print(scores.shape)
