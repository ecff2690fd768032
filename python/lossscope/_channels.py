# SPDX-License-Identifier: Apache-2.0
"""Masks and predictions of several classes, a channel for each, as the kernels take them."""
from __future__ import annotations

import dataclasses
from typing import Any, Optional, Sequence

import numpy as np

from . import _arrays, _kernels
from ._arrays import Labels

_NO_CHANNEL = 255  # in a map of channels


@dataclasses.dataclass(repr=False)
class PreparedClasses:
    """A case with classes that can be evaluated."""

    inputs: _kernels.ClassInputs
    labels: list[Optional[int]]  # of each channel; None where its mask is an array of its own
    size: tuple[int, ...]  # (z, y, x)
    shape: tuple[int, ...]  # of a map as it came: (z, y, x) or (y, x)
    assumptions: list[dict[str, str]]

    def __getstate__(self) -> dict[str, Any]:
        """A result goes to another process without what computed it."""
        return {name: value for name, value in self.__dict__.items() if name != "inputs"}


def prepared(
    mask: Any,
    prediction: Any,
    kind: str,
    activation: str,
    spacing: Optional[Sequence[float]],
    label: Labels,
    ignore: Labels,
    threads: int,
) -> PreparedClasses:
    """Mask and prediction checked and read. As lossscope.evaluate with an activation."""
    truth, values = _arrays.array(mask, "mask"), _arrays.array(prediction, "prediction")
    if values.ndim not in (3, 4) or truth.shape not in (values.shape, values.shape[1:]):
        raise ValueError(
            f"a prediction with channels is (C, z, y, x) or (C, y, x) and its mask (z, y, x) or (y, x), or as the "
            f"prediction; they are {values.shape} and {truth.shape}"
        )
    if values.size == 0:
        raise ValueError(f"mask and prediction have no voxels: their shape is {values.shape}")
    shape = values.shape[1:]
    size = (1,) * (3 - len(shape)) + shape
    floats = _arrays._contiguous(values, np.float32).reshape(len(values), *size)
    if truth.ndim == values.ndim:
        if label is not None or ignore is not None:
            raise ValueError("label and ignore name labels, and here each channel has a mask of its own")
        labels: list[Optional[int]] = [None] * len(values)
        masks, counts, said = [_of_its_own(one.reshape(size), channel) for channel, one in enumerate(truth)], None, []
    else:
        chosen = channel_labels(label, len(values), activation)
        labels = list(chosen)
        one, counts, said = channels_of(truth.reshape(size), chosen, ignore, activation)
        masks = [one]
    background = labels.index(0) if 0 in labels else None
    inputs = _kernels.ClassInputs(
        masks, list(floats), counts, kind, activation, background, _arrays.lengths(spacing, len(shape)), threads
    )
    said += [_arrays._assumed(code, text) for code, text in inputs.assumptions]
    return PreparedClasses(inputs, labels, size, shape, said)


def channel_labels(label: Labels, channels: int, activation: str) -> list[int]:
    """Which label each channel is: as said; else from 0 on, or from 1 on for a sigmoid, which has no background."""
    chosen = _arrays.label_list(label, "label")
    if chosen is None:
        first = 0 if activation == "softmax" else 1
        return list(range(first, first + channels))
    if len(chosen) != channels or len(set(chosen)) != channels:
        raise ValueError(f"label must name one label for each of the {channels} channels, and it is {label!r}")
    return chosen


def channels_of(
    mask: np.ndarray, chosen: list[int], ignore: Labels, activation: str
) -> tuple[np.ndarray, Optional[np.ndarray], list[dict[str, str]]]:
    """At each voxel the channel of its label as uint8, which voxels count (None: all), and what was assumed.

    A contiguous uint8 mask whose labels are the channels' places is not copied. Raises ValueError and Refused.
    """
    ignored = _arrays.label_list(ignore, "ignore")
    labels = _arrays.whole_labels(mask)
    in_order = chosen == list(range(len(chosen))) and not set(ignored or ()) & set(chosen)
    if in_order and labels.dtype == np.uint8 and labels.max() < len(chosen):
        return labels, None, []
    there = [int(value) for value in np.unique(labels)]
    if ignored is None:
        _arrays._ask_about_ignore([value for value in there if value not in chosen or value not in (-1, 255)])
    out = [value for value in there if value in (ignored or ())]
    unknown = [value for value in there if value not in chosen and value not in out]
    if unknown and (activation == "softmax" or not set(there) & set(chosen) - {0}):
        raise ValueError(
            f"no channel is label {unknown[0]} of the mask: say which label each channel is with label=(...), or with "
            f"ignore={unknown[0]} that its voxels do not count"
        )
    places = np.full(labels.shape, _NO_CHANNEL, np.uint8)
    for channel, value in enumerate(chosen):
        if value not in out:
            places[labels == value] = channel
    said = [_arrays.absent(value) for value in chosen if value not in there]
    if not out:
        return places, None, said
    counts, ignored_ones = _arrays.counted(labels, [value for value in there if value not in out])
    return places, counts, [*said, ignored_ones]


def _of_its_own(mask: np.ndarray, channel: int) -> np.ndarray:
    """The mask of one channel as uint8 of 0 and 1."""
    found = _arrays.whole_labels(mask)
    if found.dtype != np.uint8 or found.max() > 1:
        raise ValueError(f"the mask of channel {channel} must hold 0 and 1 alone")
    return found
