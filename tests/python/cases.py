# SPDX-License-Identifier: Apache-2.0
"""Cases for the tests, what their losses should be in float64, and the command line's word on them."""
import gzip
import json
import os
import pathlib
import struct
import subprocess
import tempfile

import numpy as np


def ball(shape=(20, 24, 28), seed=5):
    """A mask, and logits of it that are wrong in places: uint8 and float32."""
    rng = np.random.default_rng(seed)
    axes = np.meshgrid(*[np.arange(n) - n / 2 + 0.5 for n in shape], indexing="ij")
    away = np.sqrt(sum(axis**2 for axis in axes)) - min(shape) / 3.5
    mask = (away < 0).astype(np.uint8)
    logits = (-away + rng.normal(0, 2, shape)).astype(np.float32)
    return mask, logits


def sigmoid(logits):
    return 1 / (1 + np.exp(-np.asarray(logits, np.float64)))


def cross_entropies(mask, logits):
    z = np.asarray(logits, np.float64)
    return np.logaddexp(0, z) - mask * z


def dice(mask, p, smooth=1.0):
    return 1 - (2 * np.sum(p * mask) + smooth) / (np.sum(p) + np.sum(mask) + smooth)


def focal(mask, logits, alpha=0.25, gamma=2.0):
    p = sigmoid(logits)
    wrong = np.where(mask == 1, 1 - p, p)
    weight = np.where(mask == 1, alpha, 1 - alpha)
    return np.mean(weight * wrong**gamma * cross_entropies(mask, logits))


def slopes_by_differences(value, at, step=1e-5):
    """The gradient of a function of an array of float64, voxel by voxel."""
    slopes = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[index] += step
        down[index] -= step
        slopes[index] = (value(up) - value(down)) / (2 * step)
    return slopes


def run(arguments, folder):
    """`lossscope` in a folder: exit status, stdout and stderr."""
    program = os.path.join(os.environ["LOSSSCOPE_BIN"], "lossscope")
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def written(path, voxels, spacing):
    """A MetaImage of (z, y, x) voxels with the spacing of each axis."""
    kind = {"uint8": "MET_UCHAR", "float32": "MET_FLOAT"}[str(voxels.dtype)]
    sizes, lengths = (" ".join(map(str, reversed(each))) for each in (voxels.shape, spacing))
    header = (
        f"NDims = 3\nDimSize = {sizes}\nElementSpacing = {lengths}\nElementType = {kind}\nElementDataFile = LOCAL\n"
    )
    pathlib.Path(path).write_bytes(header.encode() + np.ascontiguousarray(voxels).tobytes())


def map_of(path, shape):
    """The voxels of an uncompressed NIfTI file of floats."""
    return np.frombuffer(pathlib.Path(path).read_bytes(), "<f4", offset=352).reshape(shape)


def nifti(path):
    """The voxels of a gzipped NIfTI file of whole numbers as (z, y, x), and their spacing in the same order."""
    data = gzip.decompress(pathlib.Path(path).read_bytes())
    shape = struct.unpack_from("<3h", data, 42)
    kind = {2: "u1", 4: "<i2", 8: "<i4"}[struct.unpack_from("<h", data, 70)[0]]
    spacing = struct.unpack_from("<3f", data, 80)
    begin = int(struct.unpack_from("<f", data, 108)[0])
    return np.frombuffer(data, kind, int(np.prod(shape)), begin).reshape(shape[::-1]), spacing[::-1]


class CommandLine:
    """What `lossscope eval` says of a case, with its maps."""

    def __init__(self, mask, prediction, loss, kind, spacing, *more):
        with tempfile.TemporaryDirectory() as folder:
            written(os.path.join(folder, "m.mha"), mask, spacing)
            written(os.path.join(folder, "p.mha"), prediction, spacing)
            wrt = ["--wrt", "logit", "--gradient", "g.nii", "--contribution", "c.nii", "--counterfactual", "w.nii"]
            status, out, err = run(
                [
                    "eval",
                    "--mask",
                    "m.mha",
                    "--prediction",
                    "p.mha",
                    "--kind",
                    kind,
                    "--loss",
                    loss,
                    *wrt,
                    "--json",
                    "-",
                    *more,
                ],
                folder,
            )
            assert status == 0, err
            self.json = json.loads(out)
            self.loss = self.json["losses"][0]
            self.gradient, self.contribution, self.what_if = (
                map_of(os.path.join(folder, f"{letter}.nii"), mask.shape) for letter in "gcw"
            )
