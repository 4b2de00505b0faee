"""Distillation: the student learns the teacher's probabilities, which are computed without a graph."""

import nn
import optim
from autograd import no_grad

nn.seed(13)
x, d = nn.datasets.moons(100, generator=13)
teacher = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 2))
student = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
adam = optim.Adam(student.parameters(), lr=0.01)
kl = nn.KLDivLoss(reduction="batchmean")

with nn.doctor(student, adam):
    for step in range(20):
        with no_grad():
            wanted = nn.functional.softmax(teacher(x) / 2, axis=1)
        loss = kl(nn.functional.log_softmax(student(x) / 2, axis=1), wanted)
        adam.zero_grad()
        loss.backward()
        adam.step()
