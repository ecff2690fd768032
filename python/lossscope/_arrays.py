# SPDX-License-Identifier: Apache-2.0
"""From what people hand over to arrays that the kernels take. What arrives is foreign: everything is checked."""
from __future__ import annotations

import dataclasses
from typing import Any, Iterable, Mapping, Optional, Sequence, Union

import numpy as np

from . import _kernels
from ._refused import Refused

Labels = Union[int, Sequence[int], None]
Setting = Union[float, int, str, bool, Sequence[float]]
_CPU = (1, 3)  # of DLPack: memory of the CPU, and the same pinned for a GPU


@dataclasses.dataclass(repr=False)
class Prepared:
    """A case that can be evaluated."""

    inputs: _kernels.Inputs
    mask: np.ndarray  # uint8, 0 and 1, (z, y, x)
    prediction: np.ndarray  # float32
    counts: Optional[np.ndarray]  # uint8, 0 where a voxel does not count
    kind: str
    spacing: list[float]
    shape: tuple[int, ...]  # as it came
    assumptions: list[dict[str, str]]

    @property
    def size(self) -> tuple[int, ...]:
        return self.mask.shape

    def __getstate__(self) -> dict[str, Any]:
        """A result goes to another process without what computed it."""
        return {name: value for name, value in self.__dict__.items() if name != "inputs"}


def array(value: Any, name: str) -> np.ndarray:
    """What a person handed over as an array of numbers, in its own memory where that is possible.

    Raises TypeError for what is none, or lies on another device.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array: fill it, or say with ignore which label of the mask does not count")
    if getattr(value, "requires_grad", False):
        raise TypeError(
            f"{name} is part of a graph of gradients: hand over {name}.detach(), or use lossscope.torch.Loss"
        )
    try:
        device = _device(value)
    except (TypeError, ValueError, RuntimeError, BufferError) as error:
        raise TypeError(f"{name} does not lie in this machine's memory: {error}") from error
    if device not in _CPU:
        raise TypeError(f"{name} lies on another device (DLPack's kind {device}): bring it to the CPU, {name}.cpu()")
    try:
        found = value if isinstance(value, np.ndarray) else _imported(value)
    except (TypeError, ValueError, RuntimeError, BufferError) as error:
        raise TypeError(f"{name} cannot be read as an array: {error}") from error
    if found.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of real numbers, and its type is {_type_name(value, found)}")
    return np.asarray(found)


def _device(value: Any) -> int:
    if isinstance(value, np.ndarray) or not hasattr(value, "__dlpack_device__"):
        return _CPU[0]
    return int(value.__dlpack_device__()[0])


def _imported(value: Any) -> np.ndarray:
    if hasattr(value, "__dlpack__") and hasattr(value, "__dlpack_device__"):
        try:
            return np.from_dlpack(value)
        except (TypeError, RuntimeError, BufferError):
            pass  # DLPack had no bool for long; such arrays say themselves how NumPy reads them
    return np.asarray(value)


def _type_name(value: Any, found: np.ndarray) -> str:
    return type(value).__name__ if found.dtype.kind == "O" else str(found.dtype)


def _contiguous(values: np.ndarray, dtype: Any) -> np.ndarray:
    """The same array where it fits already, else a copy."""
    with np.errstate(over="ignore"):  # beyond float32 is infinite, which is refused with a text of its own
        return np.require(values, dtype=dtype, requirements=("C", "A"))


def settings(parameters: Optional[Mapping[str, Setting]]) -> list[tuple[str, str]]:
    """Parameters as the kernels take them: NAME or ID.NAME, and the value as the command line has it."""
    if parameters is None:
        return []
    if not isinstance(parameters, Mapping):
        raise TypeError('parameters must be a mapping such as {"gamma": 3}')
    return [(_name(name), _text(name, value)) for name, value in parameters.items()]


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"parameters: a name must be a str, not {name!r}")
    return name


def _text(name: str, value: Setting) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, Sequence) and name.rpartition(".")[2] == "class_weights":
        return ",".join(_text(name, each) for each in value)
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        raise TypeError(f"parameters: {name} must be a number, a name or a bool, not {value!r}") from None


def label_list(labels: Labels, name: str) -> Optional[list[int]]:
    """None, or the labels that one number or several mean."""
    if labels is None:
        return None
    several: list[Any] = [labels]
    if isinstance(labels, Iterable) and not isinstance(labels, (str, bytes)):
        several = list(labels)
    found = []
    for label in several:
        if isinstance(label, (bool, np.bool_)) or not isinstance(label, (int, np.integer)):
            raise TypeError(f"{name} must be a label, a whole number, or a sequence of them, not {labels!r}")
        found.append(int(label))
    return found


def binary(
    mask: np.ndarray, label: Labels, ignore: Labels, threads: int
) -> tuple[np.ndarray, Optional[np.ndarray], list[dict[str, str]]]:
    """The structure as uint8 of 0 and 1, which voxels count (None: all), and what was assumed.

    A contiguous bool or uint8 mask of 0 and 1 is not copied. Raises ValueError and Refused.
    """
    chosen, ignored = label_list(label, "label"), label_list(ignore, "ignore")
    labels = whole_labels(mask)
    plain = chosen in (None, [1]) and not set(ignored or ()) & {0, 1}
    if plain and labels.dtype == np.uint8 and _kernels.is_binary(labels, threads):
        return labels, None, []
    return _chosen(labels, chosen, ignored)


def whole_labels(mask: np.ndarray) -> np.ndarray:
    """A mask's labels, contiguous; of bool in its own memory. Raises ValueError for what is not whole."""
    return _contiguous(mask.view(np.uint8) if mask.dtype == bool else _whole(mask), None)


def absent(label: int) -> dict[str, str]:
    return _assumed("W_ABSENT", f"the mask has no voxel of label {label}")


def counted(labels: np.ndarray, left: list[int]) -> tuple[np.ndarray, dict[str, str]]:
    """Which voxels count, those of the labels that are left, and how many do not."""
    counts = np.isin(labels, left).view(np.uint8)
    out = labels.size - int(np.count_nonzero(counts))
    return counts, _assumed("W_IGNORED", f"{out} voxel{' does' if out == 1 else 's do'} not count")


def _whole(mask: np.ndarray) -> np.ndarray:
    """Labels as whole numbers: uint8 where all fit."""
    if mask.dtype == np.uint8:
        return mask
    with np.errstate(invalid="ignore"):
        small = mask.astype(np.uint8, order="C")
    if np.array_equal(small, mask):
        return small
    if mask.dtype.kind != "f":
        return mask
    labels = np.rint(mask)
    if not np.array_equal(labels, mask) or not np.all(np.abs(labels) < 2.0**53):
        raise ValueError("mask must hold labels, which are whole numbers: cut it, e.g. mask > 0.5")
    return labels.astype(np.int64)


def _chosen(
    labels: np.ndarray, chosen: Optional[list[int]], ignored: Optional[list[int]]
) -> tuple[np.ndarray, Optional[np.ndarray], list[dict[str, str]]]:
    there = [int(value) for value in np.unique(labels)]
    if ignored is None:
        _ask_about_ignore(there)
    left = [value for value in there if value not in (ignored or ())]
    inside = [value for value in left if (value != 0 if chosen is None else value in chosen)]
    said = []
    if chosen is None and len(inside) > 1:
        some = ", ".join(map(str, inside[:12])) + (", ..." if len(inside) > 12 else "")
        said.append(
            _assumed("W_LABELS", f"the mask holds {len(inside)} labels ({some}); all of them count as the structure")
        )
    elif chosen is None and len(inside) == 1 and inside != [1]:
        said.append(_assumed("W_BINARY", f"the mask's value {inside[0]} was taken for 1"))
    said += [absent(value) for value in chosen or () if value not in there]
    counts = None
    if len(left) < len(there):
        counts, ignored_ones = counted(labels, left)
        said.append(ignored_ones)
    return np.isin(labels, inside).view(np.uint8), counts, said


def _ask_about_ignore(there: list[int]) -> None:
    """-1 and 255 beside other labels often mark voxels that nobody annotated; {0, 255} is an ordinary mask."""
    others = [value for value in there if value not in (-1, 0, 255)]
    suspect = -1 if -1 in there else 255 if 255 in there and others and max(others) <= 127 else None
    if suspect is not None:
        raise Refused(
            "E_IGNORE",
            f"label {suspect} of the mask often means that a voxel was not annotated",
            f"say whether its voxels count: ignore={suspect}, or ignore=() if all do",
        )


def _said_of(mask: np.ndarray, counts: Optional[np.ndarray]) -> list[dict[str, str]]:
    inside = mask.view(bool)
    if not inside.any():
        return [_assumed("W_EMPTY_MASK", "the mask is empty")]
    if inside.all() if counts is None else np.array_equal(mask, counts):
        return [_assumed("W_FULL_MASK", "every voxel that counts belongs to the mask: there is no background")]
    return []


def _assumed(code: str, text: str) -> dict[str, str]:
    return {"code": code, "text": text}


def lengths(spacing: Optional[Sequence[float]], axes: int) -> list[float]:
    """The spacing of three axes; a picture has one slice, 1 mm thick. Raises ValueError and TypeError."""
    if spacing is None:
        return [1.0, 1.0, 1.0]
    try:
        found = [float(length) for length in spacing]
    except (TypeError, ValueError):
        raise TypeError(f"spacing must be {axes} lengths in millimetres, not {spacing!r}") from None
    if len(found) != axes:
        raise ValueError(f"spacing must have one length for each of the {axes} axes, and there are {len(found)}")
    return [1.0] * (3 - axes) + found


def prepared(
    mask: Any,
    prediction: Any,
    kind: str,
    spacing: Optional[Sequence[float]],
    label: Labels,
    ignore: Labels,
    threads: int,
) -> Prepared:
    """Mask and prediction checked and read. As lossscope.evaluate."""
    truth, values = array(mask, "mask"), array(prediction, "prediction")
    if truth.shape != values.shape:
        raise ValueError(f"mask and prediction have different shapes, {truth.shape} and {values.shape}")
    if truth.ndim not in (2, 3):
        raise ValueError(
            f"mask and prediction must be (z, y, x) or (y, x), and they are {truth.shape}: "
            "of a batch or of channels, hand over one at a time"
        )
    if truth.size == 0:
        raise ValueError(f"mask and prediction have no voxels: their shape is {truth.shape}")
    size = (1,) * (3 - truth.ndim) + truth.shape
    labels, counts, said = binary(truth.reshape(size), label, ignore, threads)
    floats = _contiguous(values, np.float32).reshape(size)
    millimetres = lengths(spacing, truth.ndim)
    inputs = _kernels.Inputs(labels, floats, counts, kind, millimetres, threads)
    said += _said_of(labels, counts) + [_assumed(code, text) for code, text in inputs.assumptions]
    return Prepared(inputs, labels, floats, counts, kind, millimetres, truth.shape, said)
