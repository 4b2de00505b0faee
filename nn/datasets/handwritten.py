"""The handwritten digits that come with scikit-learn."""

from __future__ import annotations

from autograd.extras import extra

from .split import Split, images


def digits(test_size: float = 0.25, seed: int = 0, flat: bool = False) -> Split:
    """1797 handwritten digits of 8 x 8 pixels, float32 (n, 1, 8, 8) between 0 and 1. Needs the extra ``train``.

    ``test_size``  the fraction of each class that is put aside for the test
    ``seed``       selects these samples
    ``flat``       give images (n, 64)

    Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998.
    """
    data = extra("sklearn.datasets", "train", "digits()").load_digits()
    divide = extra("sklearn.model_selection", "train", "digits()").train_test_split
    parts = divide(data.images, data.target, test_size=test_size, stratify=data.target, random_state=seed)
    x, x_test, d, d_test = parts
    return Split(images(x, d, 16, flat), images(x_test, d_test, 16, flat), tuple(map(str, range(10))))
