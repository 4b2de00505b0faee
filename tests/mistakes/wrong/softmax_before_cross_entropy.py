"""Handwriting of sorts: blobs in three classes, trained by the Trainer. The outputs should be probabilities."""

import nn
import optim
from nn.training import Trainer

nn.seed(0)
x, d = nn.datasets.blobs(300, generator=0)
model = nn.Sequential(
    nn.Linear(2, 16),
    nn.ReLU(),
    nn.Linear(16, 3),
    nn.Softmax(axis=1),
)
adam = optim.Adam(model.parameters(), lr=0.01)
trainer = Trainer(model, nn.CrossEntropyLoss(), adam, progress=False)
trainer.fit(nn.DataLoader(x, d, batch_size=50, shuffle=True, generator=0), epochs=2)
