# SPDX-License-Identifier: Apache-2.0
"""What comes back."""
from __future__ import annotations

import dataclasses
from typing import Any, Literal, Optional, Union

import numpy as np

from . import _picture
from ._arrays import Prepared
from ._channels import PreparedClasses


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Result:
    """A loss of a prediction against a mask.

    In a notebook it shows itself as the slice on which the loss is largest. Mask and prediction are kept for that,
    where they lie: the picture shows what they hold when it is drawn.
    """

    loss: str
    """As ``--loss`` takes it, weights included."""
    value: float
    """NaN where the loss has none."""
    parts: Optional[list[dict[str, Any]]]
    """Of a sum: ``id``, ``weight``, ``value`` (the part's own) and ``share`` (of the sum)."""
    peer_value: Optional[float]
    """What the library says that the preset is of, where it says another number for the same."""
    parameters: dict[str, Any]
    """Every parameter with its value."""
    blind: Optional[str]
    """Why this loss cannot see an error that is there; None when it can."""
    contribution: Optional[np.ndarray]
    """What each voxel adds to the value; float32."""
    gradient: Optional[np.ndarray]
    """dL/dp or dL/dz, as ``wrt`` says; float32. Over classes of every channel, (C, ...)."""
    what_if: Optional[np.ndarray]
    """By how much the loss would drop if a voxel were right; float32."""
    wrt: Optional[Literal["probability", "logit"]]
    """With respect to what ``gradient`` is."""
    metrics: Optional[dict[str, Optional[float]]]
    """As the command line's: overlap at a threshold of 0.5, distances in mm, volumes in mm^3; None where undefined."""
    assumptions: list[dict[str, str]]
    """What was taken for granted: ``code`` and ``text``."""
    case: Union[Prepared, PreparedClasses] = dataclasses.field(compare=False)
    """The mask, the prediction and their spacing, as they were read."""
    classes: Optional[list[dict[str, Any]]] = None
    """Over classes, of each channel: ``label``, ``value`` (its own loss), ``weight`` and ``share`` (of the value).

    Of a sum of losses ``value`` is what the class adds to it, and ``weight`` is None.
    """

    def __repr__(self) -> str:
        parts = "".join(f"\n  {part['weight']:g} x {part['id']} = {part['value']}" for part in self.parts or ())
        said = "".join(f"\n  assumed ({each['code']}): {each['text']}" for each in self.assumptions)
        classes = "".join(f"\n  label {row['label']}: {row['value']}" for row in self.classes or ())
        blind = f"\n  blind here: {self.blind}" if self.blind else ""
        dice = f", Dice {self.metrics['dice']}" if self.metrics else ""
        return f"<{self.loss} = {self.value!r}{dice}{parts}{classes}{blind}{said}>"

    def picture(
        self,
        view: str = "axial",
        layer: str = "contribution",
        slice: Union[str, int] = "max-loss",
        image: Any = None,
        crop: bool = True,
        dpi: float = 96,
    ) -> bytes:
        """A picture as ``lossscope render`` draws it, without a display; PNG.

        Args:
            view: "axial", "coronal", "sagittal", "3d" or "contact-sheet".
            layer: "contribution", "gradient" (by ``wrt``, or by what the prediction is), "counterfactual", "distance",
                "prediction".
            slice: "max-loss", "centre", or an index along the view's axis.
            image: what lies under the colours, an array of the mask's shape; nothing if left out.
            crop: whether only mask and prediction and a margin around them are drawn; not of "3d".
            dpi: pixels per inch; text is 9 points at any.

        Raises:
            FileNotFoundError: the program ``lossscope`` is neither beside this module's folder nor in PATH.
            RuntimeError: it could not draw this; its own words say why. A loss over classes is not drawn yet.
            ValueError, TypeError: the image is no array of the mask's shape.
        """
        if isinstance(self.case, PreparedClasses):
            raise RuntimeError("a loss over classes is not drawn yet: evaluate one class, mask == label, and its channel")
        return _picture.drawn(self, view, layer, str(slice), image, crop, dpi)

    def _repr_png_(self) -> Optional[bytes]:
        try:
            return self.picture()
        except (FileNotFoundError, RuntimeError):
            return None  # the notebook shows the text then
