"""Learning rates that change with the number of updates made."""

from math import cos, pi

from .base import one_of


class LRScheduler:
    """A warm-up from ``warmup_begin_lr``, then what ``after`` says."""

    def __init__(
        self, base_lr=0.01, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"
    ):
        self.base_lr = self.first_lr = base_lr  # the trainer may change base_lr
        self.warmup_steps, self.warmup_begin_lr = warmup_steps, warmup_begin_lr
        self.warmup_mode = one_of("warmup_mode", warmup_mode, ("linear", "constant"))
        if warmup_begin_lr > base_lr:
            raise ValueError(f"warmup_begin_lr {warmup_begin_lr} > base_lr {base_lr}")

    def __call__(self, num_update):
        if num_update >= self.warmup_steps:
            return self.after(num_update)
        if self.warmup_mode == "constant":
            return self.warmup_begin_lr
        climb = (self.first_lr - self.warmup_begin_lr) / self.warmup_steps
        return self.warmup_begin_lr + climb * num_update

    def after(self, num_update):
        raise NotImplementedError(f"{type(self).__name__} must define after")


class FactorScheduler(LRScheduler):
    """Multiply by ``factor`` every ``step`` updates, down to ``stop_factor_lr``."""

    def __init__(self, step, factor=1, *, stop_factor_lr=1e-8, **first):
        super().__init__(**first)
        self.step, self.factor, self.stop_factor_lr = step, factor, stop_factor_lr

    def after(self, num_update):
        lr = self.base_lr * self.factor ** self.times(num_update)
        return max(lr, self.stop_factor_lr)

    def times(self, num_update):
        return max(0, num_update - 1) // self.step


class MultiFactorScheduler(FactorScheduler):
    """Multiply by ``factor`` after each of the updates in the list ``step``."""

    def times(self, num_update):
        return sum(num_update > place for place in self.step)


class PolyScheduler(LRScheduler):
    """From ``base_lr`` to ``final_lr``: a power of the share that is left."""

    def __init__(self, max_update, base_lr=0.01, pwr=2, final_lr=0, **warmup):
        super().__init__(base_lr, **warmup)
        self.max_update, self.power, self.final_lr = max_update, pwr, final_lr
        self.max_steps = max_update - self.warmup_steps

    def after(self, num_update):
        done = min(num_update - self.warmup_steps, self.max_steps) / self.max_steps
        return self.final_lr + (self.first_lr - self.final_lr) * self.left(done)

    def left(self, done):
        return (1 - done) ** self.power


class CosineScheduler(PolyScheduler):
    """From ``base_lr`` to ``final_lr`` along half a cosine wave."""

    def __init__(self, max_update, base_lr=0.01, final_lr=0, **warmup):
        super().__init__(max_update, base_lr, final_lr=final_lr, **warmup)

    def left(self, done):
        return (1 + cos(pi * done)) / 2
