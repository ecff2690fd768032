#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times PyTorch's eager autograd on a GPU, where no LibTorch was built against: value and gradient by the probability of
three losses in float32, and a copy of as many numbers. Medians, by CUDA events. Each is to be compared with the column
"L, dL/dp ms" of device_benchmark, which gives the same two."""
import statistics
import sys

import torch


def milliseconds(work, rounds=20):
    """The median time of `work` on the GPU, after three runs that do not count."""
    times = []
    for run in range(-3, rounds):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        work()
        end.record()
        end.synchronize()
        if run >= 0:
            times.append(begin.elapsed_time(end))
    return statistics.median(times)


def cross_entropy(p, g):
    return -torch.where(g > 0.5, p, 1 - p).clamp_min(1e-7).log()


LOSSES = {
    "bce": lambda p, g: cross_entropy(p, g).mean(),
    "dice": lambda p, g: 1 - (2 * (p * g).sum() + 1e-5) / (p.sum() + g.sum() + 1e-5),
    "focal": lambda p, g: (torch.where(g > 0.5, 1 - p, p) ** 2 * cross_entropy(p, g)).mean(),
}


def main():
    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU")
    print(f"PyTorch {torch.__version__}, {torch.cuda.get_device_name(0)}")
    print('value and dL/dp, as in the column "L, dL/dp ms" above')
    torch.manual_seed(1)
    for side in (256, 512):
        voxels = side**3
        given = torch.rand(voxels, device="cuda").clamp_(1e-6, 1 - 1e-6)
        mask = (torch.rand(voxels, device="cuda") < 0.1).float()
        copied = torch.empty_like(given)
        copy = milliseconds(lambda: copied.copy_(given))
        print(f"{side}^3  copy  {copy:8.3f} ms  {8e-6 * voxels / copy:6.0f} GB/s")
        for name, loss in LOSSES.items():

            def value_and_gradient():
                p = given.detach().requires_grad_(True)
                loss(p, mask).backward()

            print(f"{side}^3  {name:5} {milliseconds(value_and_gradient):8.3f} ms")


if __name__ == "__main__":
    main()
