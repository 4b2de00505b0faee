"""A linear map of 40 points with 3 features to 2 outputs."""

import numpy as np

from autograd import Tensor

rng = np.random.default_rng(22)
x = rng.normal(size=(40, 3))
w = Tensor(rng.normal(size=(2, 3)), requires_grad=True)
y = x @ w
loss = np.mean(y**2)
loss.backward()
