# SPDX-License-Identifier: Apache-2.0
"""The compiled part. Use lossscope.evaluate, which says what arrays may be; these take no other than they name."""
from __future__ import annotations

from typing import Optional, Sequence

import numpy as np
from numpy.typing import NDArray

version: str
_refused: Optional[type[Exception]]

class Inputs:
    """A case that was checked: arrays (z, y, x), contiguous, of one shape. Raises ValueError, Refused, TypeError."""

    def __init__(
        self,
        mask: NDArray[np.uint8],
        prediction: NDArray[np.float32],
        counts: Optional[NDArray[np.uint8]],
        kind: str,
        spacing: Sequence[float],
        threads: int,
    ) -> None: ...
    @property
    def assumptions(self) -> list[tuple[str, str]]:
        """Code and text of what was done to the prediction unasked."""

class ClassInputs:
    """The same with a channel for each class: masks of each channel, or one of channels' places. Raises as Inputs."""

    def __init__(
        self,
        masks: Sequence[NDArray[np.uint8]],
        channels: Sequence[NDArray[np.float32]],
        counts: Optional[NDArray[np.uint8]],
        kind: str,
        activation: str,
        background: Optional[int],
        spacing: Sequence[float],
        threads: int,
    ) -> None: ...
    @property
    def assumptions(self) -> list[tuple[str, str]]:
        """Code and text of what was done to the prediction unasked."""

class Kernel:
    """A loss with its parameters. Raises ValueError that names what is valid."""

    def __init__(self, loss: Optional[str], preset: Optional[str], settings: Sequence[tuple[str, str]]) -> None: ...
    @property
    def text(self) -> str:
        """As --loss takes it."""
    @property
    def parameters(self) -> str:
        """JSON: every parameter with its value."""
    def evaluate(
        self, inputs: Inputs, kinds: Sequence[str], maps: Sequence[NDArray[np.float32]], threads: int
    ) -> tuple[float, str, str, Optional[float]]:
        """Value, why the loss is blind here (empty when it is not), JSON of the parts, a preset's own value; fills the maps."""

    @property
    def says_classes(self) -> bool:
        """Whether a setting says how classes are combined."""
    def evaluate_over(
        self,
        inputs: ClassInputs,
        contribution: Sequence[NDArray[np.float32]],
        wrt: Optional[str],
        gradients: Sequence[NDArray[np.float32]],
        threads: int,
    ) -> tuple[float, str, str, Optional[float]]:
        """Value, JSON of the parts and of the classes, a preset's own value; fills one map or none, and the channels'."""

def output(shape: Sequence[int]) -> NDArray[np.float32]:
    """An array whose voxels are anything yet, in memory of an earlier one where there is some."""

def metrics(inputs: Inputs, threads: int) -> str:
    """JSON, as the command line's."""

def is_binary(mask: NDArray[np.uint8], threads: int) -> bool:
    """Whether every voxel is 0 or 1."""

def losses() -> str:
    """JSON: all losses, as `lossscope losses --json -` has them."""
