# SPDX-License-Identifier: Apache-2.0
"""Forward and backward of lossscope.torch.Loss beside the same loss in PyTorch's eager mode, in turns in one process.

usage: PYTHONPATH=build/release/python python3 tests/benchmarks/python_benchmark.py [SIZE] [ROUNDS] [THREADS]

Medians of ROUNDS (21) on float32 logits of SIZE^3 (128) voxels, of one structure and of four classes. Both sides get the target as they
like it, uint8 and float32, and THREADS (all cores). With one thread processor time is told, which other programs of the
machine hardly change; with more, time by the clock.
"""
import os
import statistics
import sys
import time

import numpy as np
import torch

import lossscope.torch


def eager_dice(z, g):
    p = torch.sigmoid(z)
    return 1 - (2 * (p * g).sum() + 1) / (p.sum() + g.sum() + 1)


def eager_bce(z, g):
    return torch.nn.functional.binary_cross_entropy_with_logits(z, g)


def eager_focal(z, g):
    """As torchvision.ops.sigmoid_focal_loss has it."""
    p = torch.sigmoid(z)
    entropy = torch.nn.functional.binary_cross_entropy_with_logits(z, g, reduction="none")
    pt = p * g + (1 - p) * (1 - g)
    return ((0.25 * g + 0.75 * (1 - g)) * entropy * (1 - pt) ** 2).mean()


def eager_classes(z, g):
    """Dice of three classes and the cross-entropy of four, as nnU-Net has it."""
    p = torch.softmax(z, 1)[:, 1:]
    found = torch.zeros_like(z).scatter_(1, g.long(), 1)[:, 1:]
    axes = (2, 3, 4)
    dice = 1 - (2 * (p * found).sum(axes) + 1) / (p.sum(axes) + found.sum(axes) + 1)
    return dice.mean() + torch.nn.functional.cross_entropy(z, g[:, 0].long())


EAGER = {
    "dice": eager_dice,
    "bce": eager_bce,
    "focal": eager_focal,
    "dice+bce": lambda z, g: eager_dice(z, g) + eager_bce(z, g),
}


def milliseconds(loss, logits, target, clock):
    logits.grad = None
    begin = clock()
    loss(logits, target).backward()
    return 1000 * (clock() - begin)


def case(size):
    rng = np.random.default_rng(1)
    axes = np.meshgrid(*[np.arange(size) - size / 2] * 3, indexing="ij", sparse=True)
    away = np.sqrt(sum(axis**2 for axis in axes)) - size / 4
    logits = (-away / 4 + rng.normal(0, 1, away.shape)).astype(np.float32)
    mask = torch.from_numpy((away < 0).astype(np.uint8))[None, None]
    return torch.from_numpy(logits)[None, None].requires_grad_(), mask


def measure(name, sides, logits, clock, rounds):
    """A row: medians of both sides and of their ratio."""
    gradients = []
    for loss, target in sides:  # once each, to warm up and to see that both do the same
        milliseconds(loss, logits, target, clock)
        gradients.append(logits.grad)
    torch.testing.assert_close(gradients[0], gradients[1], rtol=1e-3, atol=1e-9)
    times = [[milliseconds(loss, logits, target, clock) for loss, target in sides] for _ in range(rounds)]
    ours, theirs = (statistics.median(each[side] for each in times) for side in (0, 1))
    ratio = statistics.median(theirs / ours for ours, theirs in times)
    print(f"{name:<14}{ours:>10.2f}{theirs:>10.2f}{ratio:>8.2f}")


def main():
    usual = [128, 21, len(os.sched_getaffinity(0))]
    given = [int(text) for text in sys.argv[1:]]
    size, rounds, threads = given + usual[len(given) :]
    torch.set_num_threads(threads)
    clock, kind = (time.process_time, "of processor time") if threads == 1 else (time.perf_counter, "by the clock")
    logits, mask = case(size)
    print(f"{size}^3 voxels, {threads} threads, torch {torch.__version__}, medians of {rounds}, ms {kind}")
    print(f"{'loss':<14}{'lossscope':>10}{'eager':>10}{'ratio':>8}")
    for name, eager in EAGER.items():
        ours = lossscope.torch.Loss(name, kind="logit", threads=threads)
        measure(name, [(ours, mask), (eager, mask.float())], logits, clock, rounds)
    over = lossscope.torch.Loss("dice+bce", kind="logit", activation="softmax", threads=threads)
    labels = mask * (1 + 3 * torch.arange(size)[:, None, None] // size).to(torch.uint8)
    several = torch.cat([-logits, *[logits * (1 + c / 4) for c in range(3)]], 1).detach().requires_grad_()
    measure("dice+bce, 4", [(over, labels), (eager_classes, labels)], several, clock, rounds)


if __name__ == "__main__":
    main()
