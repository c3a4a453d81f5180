"""The seed of everything random in this package."""

import torch


def seed(seed_state: int, ctx="all") -> None:
    """Begin torch's random numbers anew."""
    torch.manual_seed(int(seed_state))
