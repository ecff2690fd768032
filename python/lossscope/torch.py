# SPDX-License-Identifier: Apache-2.0
"""A loss of LossScope to train with: what you look at is what you train with.

    import lossscope.torch
    criterion = lossscope.torch.Loss("1*dice+1*bce", kind="logit")
    criterion(network(image), mask).backward()
"""
from __future__ import annotations

import json
from typing import Any, Literal, Mapping, Optional, Sequence

import numpy as np
import torch
from torch.autograd.function import once_differentiable

from . import _arrays, _channels, _kernels
from ._arrays import Labels, Setting

__all__ = ["Loss"]


class Loss(torch.nn.Module):
    """A loss as a module whose forward and backward are the kernels that the window and the command line have.

    Of one structure it takes a batch of one channel, volumes (B, 1, z, y, x) or pictures (B, 1, y, x), and a target of
    the same shape, with or without the axis of channels. Every image is a case of its own: the loss of a batch is the mean of the
    losses of its images (``batch="mean"``), their sum, or all of them, of shape (B,). A network with two channels and
    softmax is the same as one with the logit ``output[:, 1:2] - output[:, 0:1]``.

    With an `activation` it is a loss over classes: a batch (B, C, z, y, x) or (B, C, y, x), and a target of labels,
    (B, 1, z, y, x) or (B, z, y, x), or a mask for each channel, of the prediction's shape.

    Tensors are on the CPU. A contiguous float32 prediction and a contiguous bool or uint8 target of 0 and 1 are read
    where they lie, and so is the gradient where the kernels wrote it: nothing is copied. Other floats are converted to
    float32 and the gradient back; other targets to uint8. The value is of the prediction's type, but at least float32.

    The gradient is the kernels' own: dL/dz for ``kind="logit"``, dL/dp for probabilities, with the conventions of
    losses/losses.md (section 1: no gradient is cut off at the floor). It is made together with the value, in float32;
    a second derivative is not to be had.

    Args:
        loss, kind, activation, spacing, label, ignore, preset, parameters, threads: as lossscope.evaluate; of a batch,
            `spacing` is that of all its images. A label that an image has not is an empty structure.
        batch: "mean", "sum" or "none".

    Raises:
        ValueError and TypeError as lossscope.evaluate, here and when it is called. A prediction that is not finite is
        refused (lossscope.Refused, E_PREDICTION_NAN), and so are probabilities outside 0 to 1 (E_RANGE).
    """

    def __init__(
        self,
        loss: Optional[str] = None,
        *,
        kind: Literal["probability", "logit"] = "probability",
        activation: Optional[Literal["softmax", "sigmoid"]] = None,
        spacing: Optional[Sequence[float]] = None,
        label: Labels = None,
        ignore: Labels = None,
        preset: Optional[str] = None,
        parameters: Optional[Mapping[str, Setting]] = None,
        batch: Literal["mean", "sum", "none"] = "mean",
        threads: int = 0,
    ) -> None:
        super().__init__()
        if batch not in ("mean", "sum", "none"):
            raise ValueError(f"batch cannot be {batch!r}; valid: 'mean', 'sum', 'none'")
        if kind not in ("probability", "logit"):
            raise ValueError(f"kind cannot be {kind!r}; valid: 'probability', 'logit'")
        if activation not in (None, "softmax", "sigmoid"):
            raise ValueError(f"activation cannot be {activation!r}; valid: 'softmax', 'sigmoid', None")
        self.kind = kind
        self.activation = activation
        self.spacing = spacing
        self.label = label
        self.ignore = ignore
        self.batch = batch
        self.threads = threads
        self._asked = (loss, preset)
        self._settings = dict(_arrays.settings(parameters))
        self._kernel = self._made(self._settings)

    def _made(self, settings: Mapping[str, str]) -> _kernels.Kernel:
        made = _kernels.Kernel(*self._asked, list(settings.items()))
        if made.says_classes and self.activation is None:
            raise ValueError("parameters say how classes are combined, and without activation there is one structure")
        return made

    @property
    def loss(self) -> str:
        """As ``--loss`` takes it, weights included: ``"1*dice+1*bce"``."""
        return self._kernel.text

    @property
    def values(self) -> dict[str, Any]:
        """Every parameter of the loss with its value."""
        return json.loads(self._kernel.parameters)

    def set(self, parameters: Mapping[str, Setting]) -> "Loss":
        """Changes parameters, e.g. ``{"dice.weight": 0.5}`` between two epochs; holds from the next call on.

        Raises ValueError that names what is valid, and changes nothing then.
        """
        settings = {**self._settings, **dict(_arrays.settings(parameters))}
        self._kernel = self._made(settings)
        self._settings = settings
        return self

    def forward(self, prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of a batch: a number, or one for each image with ``batch="none"``."""
        _check(prediction, target, self.activation is not None)
        return _Evaluated.apply(prediction, target, self)

    def extra_repr(self) -> str:
        over = "" if self.activation is None else f", activation={self.activation!r}"
        return f"{self.loss!r}, kind={self.kind!r}{over}, batch={self.batch!r}"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_kernel"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._kernel = self._made(self._settings)

    def _value(
        self, prediction: np.ndarray, target: np.ndarray, slopes: Optional[np.ndarray], lengths: list[float]
    ) -> float:
        """The value of one image, (C, z, y, x); its gradient goes into `slopes`."""
        if self.activation is not None:
            truth = target if len(target) == len(prediction) > 1 else target[0]
            case = _channels.prepared(
                truth, prediction, self.kind, self.activation, lengths, self.label, self.ignore, self.threads
            )
            made = [] if slopes is None else list(slopes)
            wrt = None if slopes is None else self.kind
            return self._kernel.evaluate_over(case.inputs, [], wrt, made, self.threads)[0]
        prediction, target = prediction[0], target[0]
        labels, counts, _ = _arrays.binary(target, self.label, self.ignore, self.threads)
        inputs = _kernels.Inputs(labels, prediction, counts, self.kind, lengths, self.threads)
        kinds, maps = ([], []) if slopes is None else ([f"gradient_{self.kind}"], [slopes[0]])
        return self._kernel.evaluate(inputs, kinds, maps, self.threads)[0]


def _check(prediction: torch.Tensor, target: torch.Tensor, over_classes: bool) -> None:
    """Raises TypeError and ValueError for what is no batch on the CPU, of one channel unless it is over classes."""
    for name, tensor in (("prediction", prediction), ("target", target)):
        if not isinstance(tensor, torch.Tensor):
            raise TypeError(f"{name} must be a tensor, not {type(tensor).__name__}; lossscope.evaluate takes arrays")
        if tensor.device.type != "cpu":
            raise TypeError(f"{name} lies on {tensor.device}, and the kernels take tensors on the CPU: {name}.cpu()")
        if tensor.layout != torch.strided:
            raise TypeError(f"{name} must be a dense tensor: {name}.to_dense()")
        if tensor.is_complex():
            raise TypeError(f"{name} must be of real numbers")
    if not prediction.is_floating_point():
        raise TypeError(f"prediction must be of floats, and it is {prediction.dtype}")
    shape = tuple(prediction.shape)
    channels = "C" if over_classes else "1"
    if len(shape) not in (4, 5) or (shape[1] != 1 and not over_classes):
        raise ValueError(
            f"prediction must be (B, {channels}, z, y, x) or (B, {channels}, y, x), and it is {shape}"
            ': of classes say activation="softmax" or "sigmoid"; of two channels and softmax the logit '
            "output[:, 1:2] - output[:, 0:1] does as well"
        )
    if tuple(target.shape) not in (shape, shape[:1] + (1,) + shape[2:], shape[:1] + shape[2:]):
        raise ValueError(
            f"target must be of the prediction's shape {shape}, with one axis of channels or none, "
            f"and it is {tuple(target.shape)}"
        )
    if prediction.numel() == 0:
        raise ValueError(f"the batch has no voxels: its shape is {shape}")


class _Evaluated(torch.autograd.Function):
    """Value and gradient in one go, for the gradient needs what the value was made of."""

    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any, prediction: torch.Tensor, target: torch.Tensor, loss: Loss
    ) -> torch.Tensor:
        count, channels, axes = prediction.shape[0], prediction.shape[1], prediction.dim() - 2
        size = (1,) * (3 - axes) + tuple(prediction.shape[2:])
        lengths = _arrays.lengths(loss.spacing, axes)
        # Both are the tensors' own memory where types and strides allow it.
        voxels: np.ndarray = prediction.detach().to(torch.float32).contiguous().numpy().reshape(count, channels, *size)
        labels = target.detach().float() if target.dtype == torch.bfloat16 else target.detach()  # NumPy has no bfloat16
        truth: np.ndarray = labels.contiguous().numpy().reshape(count, -1, *size)
        slopes = _kernels.output(voxels.shape) if ctx.needs_input_grad[0] else None
        values = [
            loss._value(voxels[image], truth[image], None if slopes is None else slopes[image], lengths)
            for image in range(count)
        ]
        if slopes is not None:
            if loss.batch == "mean" and count > 1:
                slopes *= np.float32(1 / count)
            ctx.save_for_backward(torch.from_numpy(slopes).reshape(prediction.shape))
        ctx.set_materialize_grads(False)
        ctx.like = prediction.dtype
        found = torch.tensor(values, dtype=torch.float64)
        if loss.batch != "none":
            found = found.mean() if loss.batch == "mean" else found.sum()
        return found.to(torch.promote_types(prediction.dtype, torch.float32))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Optional[torch.Tensor]) -> tuple[Optional[torch.Tensor], None, None]:
        if upstream is None:
            return None, None, None
        (slopes,) = ctx.saved_tensors
        if upstream.dim() == 1:  # one for each image
            slopes = slopes * upstream.to(slopes.dtype).reshape(-1, *[1] * (slopes.dim() - 1))
        elif upstream.item() != 1:  # of loss.backward() it is 1, and the kernels' memory is handed on
            slopes = slopes * upstream.to(slopes.dtype)
        return slopes.to(ctx.like), None, None
