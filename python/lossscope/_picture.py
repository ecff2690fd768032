# SPDX-License-Identifier: Apache-2.0
"""Pictures by the program itself, in a process of its own: no Qt comes into Python."""
from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from . import _arrays
from ._arrays import Prepared

if TYPE_CHECKING:
    from ._result import Result

_NOT_COUNTED = 255


def program() -> str:
    """The program that belongs to this module, or the one in PATH. Raises FileNotFoundError."""
    folders = [os.environ.get("LOSSSCOPE_BIN"), pathlib.Path(__file__).resolve().parents[2] / "bin"]
    for folder in filter(None, folders):
        found = shutil.which("lossscope", path=str(folder))
        if found:
            return found
    found = shutil.which("lossscope")
    if not found:
        raise FileNotFoundError("the program lossscope is not in PATH: build it, or set LOSSSCOPE_BIN to its folder")
    return found


def write_volume(path: pathlib.Path, voxels: np.ndarray, spacing: Sequence[float]) -> None:
    """A MetaImage of (z, y, x) voxels, uint8 or float32."""
    kind = "MET_UCHAR" if voxels.dtype == np.uint8 else "MET_FLOAT"
    header = (
        "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
        f"ElementSpacing = {' '.join(repr(length) for length in reversed(list(spacing)))}\n"
        f"DimSize = {' '.join(str(length) for length in reversed(voxels.shape))}\n"
        f"ElementType = {kind}\nElementDataFile = LOCAL\n"
    )
    with open(path, "wb") as file:
        file.write(header.encode("ascii"))
        voxels.astype(voxels.dtype.newbyteorder("<"), copy=False).tofile(file)


def write_case(files: pathlib.Path, case: Prepared) -> list[str]:
    """Mask and prediction as files, and how the program is to read them."""
    mask, prediction = case.mask, case.prediction
    if case.counts is not None:  # what does not count may be anything
        mask = np.where(case.counts != 0, mask, np.uint8(_NOT_COUNTED))
        prediction = np.where(case.counts != 0, prediction, np.float32(0))
    if case.kind == "probability":
        prediction = np.clip(prediction, 0, 1)  # rounding, which evaluate has told of
    write_volume(files / "mask.mha", mask, case.spacing)
    write_volume(files / "prediction.mha", prediction, case.spacing)
    ignored = "none" if case.counts is None else str(_NOT_COUNTED)
    return ["--mask", "mask.mha", "--prediction", "prediction.mha", "--kind", case.kind, "--ignore", ignored]


def write_image(path: pathlib.Path, image: Any, case: Prepared) -> None:
    """Raises ValueError for an image of another shape, TypeError for what is no array of numbers."""
    voxels = _arrays.array(image, "image")
    if voxels.shape != case.shape:
        raise ValueError(f"image and mask have different shapes, {voxels.shape} and {case.shape}")
    write_volume(path, np.nan_to_num(voxels.astype(np.float32)).reshape(case.size), case.spacing)


def drawn(result: "Result", view: str, layer: str, at: str, image: Any, crop: bool, dpi: float) -> bytes:
    """The PNG that ``lossscope render`` draws of a result. As Result.picture."""
    case = result.case
    with tempfile.TemporaryDirectory(prefix="lossscope-") as folder:
        files = pathlib.Path(folder)
        command = [program(), "render", *write_case(files, case), "--loss", result.loss]
        command += ["--view", view, "--layer", layer, "--slice", at, "--dpi", repr(float(dpi))]
        for name, value in result.parameters.items():
            command += ["--set", f"{name}={value}"]
        if layer == "gradient":
            command += ["--wrt", result.wrt or case.kind]
        if image is not None:
            write_image(files / "image.mha", image, case)
            command += ["--image", "image.mha"]
        if crop and view != "3d":
            command += ["--crop"]
        done = subprocess.run(
            [*command, "-o", "picture.png"], cwd=folder, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"lossscope render could not draw this: {done.stderr.strip()}")
        return (files / "picture.png").read_bytes()
