# SPDX-License-Identifier: Apache-2.0
"""Losses of image segmentation and where they come from, voxel by voxel: the kernels of LossScope.

``evaluate`` computes a loss of a mask and a prediction, with its maps and metrics; ``losses`` lists the losses;
``lossscope.torch.Loss`` is one of them as a module of PyTorch. Names, defaults, presets and refusals are those of
``lossscope eval``; what each loss is, with its sources, stands in losses/losses.md.

Arrays are (z, y, x) as NumPy has volumes, or (y, x) for a picture, and spacing is in the same order. An array that was
read with nibabel is (x, y, z): hand over ``array.T`` and ``zooms[::-1]``.
"""
from __future__ import annotations

import json
from typing import Any, Literal, Mapping, Optional, Sequence, Union

from . import _arrays, _channels, _kernels
from ._arrays import Labels, Setting
from ._refused import Refused
from ._result import Result

__all__ = ["Refused", "Result", "evaluate", "losses"]
__version__: str = _kernels.version
_kernels._refused = Refused


def losses() -> list[dict[str, Any]]:
    """All losses, as ``lossscope losses --json -`` has them.

    Each is a dict with ``id``, ``name``, ``family``, ``formula`` (TeX), ``citation``, ``link``, ``presets``, when to
    use and to avoid it, and ``parameters``: a list of dicts with ``name``, ``meaning``, ``default``, ``min``, ``max``,
    ``choices`` where it is a choice, and ``special`` where a name stands for a value.
    """
    return json.loads(_kernels.losses())


def evaluate(
    mask: Any,
    prediction: Any,
    loss: Optional[str] = None,
    *,
    kind: Literal["probability", "logit"] = "probability",
    activation: Optional[Literal["softmax", "sigmoid"]] = None,
    spacing: Optional[Sequence[float]] = None,
    label: Labels = None,
    ignore: Labels = None,
    contribution: bool = False,
    gradient: Optional[Literal["probability", "logit"]] = None,
    what_if: bool = False,
    preset: Optional[str] = None,
    parameters: Optional[Mapping[str, Setting]] = None,
    metrics: bool = True,
    threads: int = 0,
) -> Result:
    """A loss of a prediction against a mask, and how it comes about.

    Args:
        mask: the ground truth, (z, y, x) or (y, x): bool, whole numbers, or floats that are whole numbers.
        prediction: of the same shape; any real numbers. Both may be arrays of NumPy, or anything with DLPack or the
            buffer protocol, such as tensors of PyTorch on the CPU. A float32 prediction and a bool or uint8 mask of
            0 and 1 are used where they lie, if they are contiguous, aligned and in this machine's byte order; all
            others are copied, other floats to float32.
        loss: the id of a loss, or a weighted sum as ``lossscope eval --loss`` takes it: ``"2*dice+1*bce"``. Left out,
            it is the loss of a preset of a sum, such as "nnunet", else "dice".
        kind: what the prediction's numbers are: probabilities in 0 to 1, or logits, to which the sigmoid is applied.
        activation: left out, there is one structure. Else the loss is over classes: the prediction is (C, z, y, x) or
            (C, y, x), and its channels are probabilities or logits of a softmax, whose classes exclude each other, or
            of a sigmoid each. The mask holds the classes' labels, or is of the prediction's shape: a mask for each
            channel, which may overlap. How classes are combined is said by `parameters`: ``include_background`` (a
            bool; cross-entropies of a softmax have it, others have not), ``class_weights`` ("uniform", "inverse",
            "inverse_squared" or a weight for each channel), ``absent_classes`` ("count" or "skip"); each may be said
            for one part of a sum, ``"dice.class_weights"``.
        spacing: the size of a voxel in millimetres, in the order of the axes; 1 each if left out, so that lengths
            are in voxels. What distances of losses and metrics are measured in.
        label: which label of the mask is the structure, or several; all but 0 and the ignored ones if left out. Over
            classes: which label each channel is, 0 being the background; 0, 1, 2, ... if left out, and 1, 2, ... for a
            sigmoid.
        ignore: the label of voxels that do not count, or several: they are in no loss, no map and no metric. A mask
            with 255 or -1 beside other labels is refused until this is said; ``()`` says that all count.
        contribution: whether the map of contributions is made. Its sum is the value.
        gradient: with respect to what a map of gradients is made, "probability" or "logit"; None makes none.
        what_if: whether a map is made of by how much the loss would drop if a voxel were right; not over classes.
        preset: a named set of parameters, see ``losses``; a sum's also by its id.
        parameters: values by name: ``{"gamma": 3}``, or ``{"dice.smooth_nr": 0}`` for a part of a sum. A choice is its
            name, a switch may be a bool. They are set after the preset.
        metrics: whether Dice, Hausdorff distance and so on are computed, too; they take longer than most losses.
            They are of one structure: over classes there are none.
        threads: 0 means all. The same bits for any number. Python's own lock is released while they work.

    Returns:
        A Result. Maps are float32, of the shape of the mask, 0 where a voxel does not count; a gradient over classes is
        that of every channel, of the prediction's shape.

    Raises:
        Refused: (a ValueError with ``code``, ``reason`` and ``remedy``, as the command line refuses): E_RANGE where
            probabilities lie outside 0 to 1, E_PREDICTION_NAN where the prediction is not finite, E_IGNORE, E_ACTIVATION where
            probabilities of a softmax do not add up to 1.
        ValueError: an unknown loss, parameter, preset or choice; shapes that differ, have no voxels or other axes than
            two or three; a spacing that is no length; a mask that is not of whole numbers.
        TypeError: what is no array of real numbers, or lies on another device.
        MemoryError: there is no room for a copy or a map.
        KeyboardInterrupt: Ctrl+C ends it, also while a loss of a large volume is computed.
    """
    if gradient not in (None, "probability", "logit"):
        raise ValueError(f"gradient cannot be {gradient!r}; valid: 'probability', 'logit', None")
    kernel = _kernels.Kernel(loss, preset, _arrays.settings(parameters))
    if activation is not None:
        if what_if:
            raise ValueError("what_if is a map of one structure; say it without an activation")
        case = _channels.prepared(mask, prediction, kind, activation, spacing, label, ignore, threads)
        return _over_classes(kernel, case, contribution, gradient, threads)
    if kernel.says_classes:
        raise ValueError("parameters say how classes are combined, and without activation there is one structure")
    prepared = _arrays.prepared(mask, prediction, kind, spacing, label, ignore, threads)
    wanted = {
        "contribution": "contribution" if contribution else None,
        "gradient": f"gradient_{gradient}" if gradient else None,
        "what_if": "what_if" if what_if else None,
    }
    kinds = [map_kind for map_kind in wanted.values() if map_kind]
    made = [_kernels.output(prepared.size) for _ in kinds]
    value, blind, parts, peer_value = kernel.evaluate(prepared.inputs, kinds, made, threads)
    maps = iter(made)
    return Result(
        **_told(kernel, prepared, value, parts, peer_value),
        blind=blind or None,
        wrt=gradient,
        metrics=json.loads(_kernels.metrics(prepared.inputs, threads)) if metrics else None,
        **{name: next(maps).reshape(prepared.shape) if map_kind else None for name, map_kind in wanted.items()},
    )


def _told(
    kernel: _kernels.Kernel,
    case: Union[_arrays.Prepared, _channels.PreparedClasses],
    value: float,
    parts: str,
    peer_value: Optional[float],
) -> dict[str, Any]:
    """What a result says of any case."""
    return {
        "loss": kernel.text,
        "value": value,
        "parts": json.loads(parts),
        "peer_value": peer_value,
        "parameters": json.loads(kernel.parameters),
        "assumptions": case.assumptions,
        "case": case,
    }


def _over_classes(
    kernel: _kernels.Kernel,
    case: _channels.PreparedClasses,
    contribution: bool,
    gradient: Optional[Literal["probability", "logit"]],
    threads: int,
) -> Result:
    whole = [_kernels.output(case.size)] if contribution else []
    slopes = _kernels.output((len(case.labels), *case.size)) if gradient else None
    value, parts, classes, peer_value = kernel.evaluate_over(
        case.inputs, whole, gradient, [] if slopes is None else list(slopes), threads
    )
    return Result(
        **_told(kernel, case, value, parts, peer_value),
        blind=None,
        contribution=whole[0].reshape(case.shape) if whole else None,
        gradient=None if slopes is None else slopes.reshape(len(case.labels), *case.shape),
        what_if=None,
        wrt=gradient,
        metrics=None,
        classes=[{"label": label, **row} for label, row in zip(case.labels, json.loads(classes))],
    )
