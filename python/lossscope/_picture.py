# SPDX-License-Identifier: Apache-2.0
"""Pictures by the program itself, in a process of its own: no Qt comes into Python."""
from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING, Sequence

import numpy as np

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


def drawn(result: "Result", view: str, layer: str, at: str, dpi: float) -> bytes:
    """The PNG that ``lossscope render`` draws of a result. As Result.picture."""
    case = result.case
    with tempfile.TemporaryDirectory(prefix="lossscope-") as folder:
        files = pathlib.Path(folder)
        mask = case.mask if case.counts is None else np.where(case.counts != 0, case.mask, np.uint8(_NOT_COUNTED))
        write_volume(files / "mask.mha", mask, case.spacing)
        prediction = case.prediction
        if case.counts is not None:  # what does not count may be anything
            prediction = np.where(case.counts != 0, prediction, np.float32(0))
        if case.kind == "probability":
            prediction = np.clip(prediction, 0, 1)  # rounding, which evaluate has told of
        write_volume(files / "prediction.mha", prediction, case.spacing)
        command = [program(), "render", "--mask", "mask.mha", "--prediction", "prediction.mha", "--kind", case.kind]
        command += [
            "--absent",
            "empty",
            "--label",
            "1",
            "--ignore",
            str(_NOT_COUNTED) if case.counts is not None else "none",
        ]
        command += ["--loss", result.loss, "--view", view, "--layer", layer, "--slice", at, "--dpi", repr(float(dpi))]
        for name, value in result.parameters.items():
            command += ["--set", f"{name}={value}"]
        if layer == "gradient":
            command += ["--wrt", result.wrt or case.kind]
        done = subprocess.run(
            [*command, "-o", "picture.png"], cwd=folder, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"lossscope render could not draw this: {done.stderr.strip()}")
        return (files / "picture.png").read_bytes()
