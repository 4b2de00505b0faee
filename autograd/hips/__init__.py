"""What the modules under HIPS autograd's names share: its words, said with the engine's own.

Convention: nothing here is imported by ``import autograd``. HIPS boxes every number that it traces; here a tracked
tensor stands in the box's place, and a nest of tensors in that of a boxed list, tuple or dict.
"""
