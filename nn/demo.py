"""``make demo``: the lecture's XOR with a network of Values, then pictures of clothes with a convolutional network.

Convention: everything random starts from a seed; each file is written to ``out/`` under a temporary name and renamed.
``--resume`` resumes an interrupted training.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from autograd.draw import draw
from optim import SGD, AdamW, OneCycleLR

from . import init, metrics, plots
from .data import ArrayDataset, DataLoader
from .data.image_transforms import Compose, Normalize, RandomHorizontalFlip
from .datasets import Split, fashion_mnist
from .files import save, write
from .layers import Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Sequential
from .losses import CrossEntropyLoss
from .scalar import MLP
from .training import Callback, Checkpoint, CheckpointError, Trainer, Watch, watch

EPOCHS = 10
HELD_OUT = 500  # training images kept for validation
LEARNING_RATE = 4e-3  # the highest of the cycle
WATCHED = 10  # of so many steps, one is looked at
NEEDED = ("matplotlib", "safetensors", "sklearn", "threadpoolctl", "tqdm")


def xor(steps: int = 200) -> list[float]:
    """Teach a 2-4-1 network of Values the function that no perceptron can learn; return its four outputs."""
    inputs = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    wanted = [-1.0, 1.0, 1.0, -1.0]
    net = MLP(2, [4, 1], seed=2)
    sgd = SGD(net.parameters(), lr=0.1, momentum=0.9)
    for _ in range(steps):
        loss = sum((net(x) - d) ** 2 for x, d in zip(inputs, wanted, strict=True)) / 2
        sgd.zero_grad()
        loss.backward()
        sgd.step()
    return [net(x).data for x in inputs]


def network() -> Sequential:
    """Three convolutions, each on a picture half as wide as the one before; then ten scores from 3 x 3 x 64 numbers."""
    return Sequential(
        Conv2d(1, 16, 3, padding=1), ReLU(), MaxPool2d(2),
        Conv2d(16, 32, 3, padding=1), ReLU(), MaxPool2d(2),
        Conv2d(32, 64, 3, padding=1), ReLU(), MaxPool2d(2),
        Flatten(), Dropout(0.25), Linear(64 * 3 * 3, 10),
    )  # fmt: skip


class Loaders:
    """The images in batches: for training, shuffled and randomly mirrored; for validation; for one test at the end."""

    def __init__(self, data: Split, batch_size: int, images: int | None, seed: int) -> None:
        x, d = data.train[init.generator(seed).permutation(len(data.train))[:images]]
        held = min(HELD_OUT, len(x) // 5)
        scale = Normalize(float(x.mean()), float(x.std()))
        mirrored = ArrayDataset(x[held:], d[held:], transform=Compose([RandomHorizontalFlip(), scale]))
        self.train = DataLoader(mirrored, batch_size=batch_size, shuffle=True, generator=seed)
        self.validation = DataLoader(ArrayDataset(x[:held], d[:held], transform=scale), batch_size=250)
        self.test = DataLoader(ArrayDataset(*data.test[:], transform=scale), batch_size=250)


class Settings(Callback):
    """What a checkpoint was trained with, so that it is not resumed with anything else."""

    def __init__(self, **settings: bool | int | None) -> None:
        self.settings = settings

    def state_dict(self) -> dict[str, Any]:
        return self.settings

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        if state != self.settings:
            raise ValueError(f"it was trained with {state}, but you ask for {self.settings}")


def clothes(options: argparse.Namespace) -> None:
    """Train on Fashion-MNIST, test once, write figures and weights."""
    out = Path(options.out)
    checkpoint = out / "checkpoint.npz"
    if options.resume and not checkpoint.exists():
        raise SystemExit(f"there is no {checkpoint} to resume from: first run the demo without --resume")
    epochs = options.epochs or EPOCHS
    data = fashion_mnist(full=options.full)
    init.seed(options.seed)
    loaders = Loaders(data, 64 if options.full else 32, options.images, options.seed)
    model = network()
    adam = AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.05)
    settings = Settings(full=options.full, images=options.images, seed=options.seed)
    watched = watch(model, every=WATCHED)
    schedule = OneCycleLR(adam, LEARNING_RATE, total_steps=epochs * len(loaders.train))
    trainer = Trainer(
        model, CrossEntropyLoss(), adam, schedule=schedule, schedule_every="step", metrics=[metrics.accuracy],
        callbacks=[settings, watched, Checkpoint(checkpoint)],
    )  # fmt: skip
    weights = sum(p.size for p in model.parameters())
    print(f"\nFashion-MNIST, a convolutional network of {weights:,} weights, {len(loaders.train.dataset):,} images:")
    try:
        history = trainer.fit(loaders.train, loaders.validation, epochs, checkpoint if options.resume else None)
    except CheckpointError as error:
        raise SystemExit(str(error)) from error
    if trainer.stopped:
        again = " ".join(["python -m nn.demo --resume", *options.given])
        print(f"  {checkpoint} holds {trainer.epoch} completed epochs. To resume: {again}")
        return
    result = trainer.evaluate(loaders.test)
    print(f"  test accuracy {result['accuracy']:.2%} on {len(data.test):,} images, trained in "
          f"{sum(history['seconds']):.0f} s ({trainer.epoch} epochs)")  # fmt: skip
    for what, path in write_results(trainer, loaders, data.classes, watched, out).items():
        print(f"  {what + ':':<19}{path}")


def write_results(
    trainer: Trainer, loaders: Loaders, classes: Sequence[str], watched: Watch, out: Path
) -> dict[str, Path]:
    """Write the figures of a training and its weights; return their paths."""
    model: Any = trainer.model
    counts = metrics.confusion_matrix(trainer.predict(loaders.test), loaders.test.dataset.arrays[1])
    images, d = loaders.test.dataset[:4]
    figures = {
        "learning curves": plots.history(trainer.history),
        "confusion matrix": plots.confusion_matrix(counts, classes),
        "gradient flow": watched.plot(),
        "filters": plots.filters(model[0].weight),
        "feature maps": plots.feature_maps(
            model[:2](images[:1]), title=f"Feature maps: {classes[d[0]]}", image=images[0]
        ),
    }
    paths = {
        name: write(out / f"{name.replace(' ', '-')}.png", partial(figure.savefig, format="png", dpi=120))
        for name, figure in figures.items()
    }
    paths["network"] = draw(model, images, depth=1).save(out / "network.svg")
    graph = draw(lambda images: trainer.loss(model(images), d), images, depth=2)
    paths["computation graph"] = graph.save(out / "graph.svg")
    paths["weights"] = save(model, out / "fashion-mnist.safetensors", {"classes": ", ".join(classes)})
    return paths


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, and in ``given`` those to repeat when the training is resumed."""
    parser = argparse.ArgumentParser(prog="python -m nn.demo", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--resume", action="store_true", help="resume from the checkpoint of an interrupted run")
    parser.add_argument("--full", action="store_true", help="train on all 60,000 images, if they are installed")
    parser.add_argument("--epochs", type=int, help=f"passes over the images: {EPOCHS}")
    parser.add_argument("--images", type=int, help="train on this many images only, for a first look")
    parser.add_argument("--out", default="out", help="the folder for the results")
    parser.add_argument("--seed", type=int, default=0, help="the seed of everything random")
    options = parser.parse_args(arguments)
    if options.epochs is not None and options.epochs < 1:
        parser.error("--epochs must be at least 1")
    if options.images is not None and options.images < 100:
        parser.error("--images must be at least 100")
    options.given = [
        f"--{name}" if value is True else f"--{name} {value}"
        for name, value in vars(options).items()
        if name != "resume" and value != parser.get_default(name)
    ]
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the demo with the arguments of the command line, or with these."""
    options = parse(arguments)
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:  # say so now, not after the training
        raise SystemExit(f"the demo needs {', '.join(missing)}: pip install 'chalkgrad[demo]'")
    print("XOR, a 2-4-1 network of Values (no perceptron can learn it):")
    for x, y in zip(("0 0", "0 1", "1 0", "1 1"), xor(), strict=True):
        print(f"  {x} -> {y:+.3f}")
    clothes(options)


if __name__ == "__main__":
    main()
