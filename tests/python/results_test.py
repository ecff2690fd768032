# SPDX-License-Identifier: Apache-2.0
"""Pictures of results, and what the package declares of itself."""
import ast
import inspect
import os
import pathlib
import tempfile
import unittest

import cases
import lossscope
import numpy as np
from lossscope import _kernels


class Pictures(unittest.TestCase):
    def test_a_notebook_gets_what_the_command_line_draws(self):
        mask, logits = cases.ball((20, 24, 28))
        result = lossscope.evaluate(mask, logits, "2*dice+1*bce", kind="logit", spacing=(2, 1, 1))
        png = result._repr_png_()
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
        with tempfile.TemporaryDirectory() as folder:
            cases.written(os.path.join(folder, "mask.mha"), mask, (2, 1, 1))
            cases.written(os.path.join(folder, "prediction.mha"), logits, (2, 1, 1))
            status, _, err = cases.run(
                [
                    "render",
                    "--mask",
                    "mask.mha",
                    "--prediction",
                    "prediction.mha",
                    "--crop",
                    "--kind",
                    "logit",
                    "--loss",
                    "2*dice+1*bce",
                    "--view",
                    "axial",
                    "--slice",
                    "max-loss",
                    "--dpi",
                    "96",
                    "-o",
                    "x.png",
                ],
                folder,
            )
            self.assertEqual(status, 0, err)
            self.assertEqual(pathlib.Path(folder, "x.png").read_bytes(), png)

    def test_pictures_of_slices_of_voxels_that_do_not_count_and_of_an_empty_mask(self):
        mask, logits = cases.ball((20, 24, 28))
        mask[:, :4] = 255
        for result in (
            lossscope.evaluate(mask[10], logits[10], "bce", kind="logit", ignore=255),
            lossscope.evaluate(mask * 0, cases.sigmoid(logits), "dice"),
        ):
            self.assertEqual(result.picture(layer="prediction")[:4], b"\x89PNG")

    def test_an_image_lies_under_the_colours(self):
        mask = cases.ball((20, 24, 28))[0]
        result = lossscope.evaluate(mask, np.where(mask, 3.0, -9.0), "bce", kind="logit", spacing=(2, 1, 1))
        image = np.random.default_rng(2).normal(0, 1, mask.shape)
        image[0, 0, 0] = np.nan
        plain = result.picture(view="coronal", layer="none")
        over = result.picture(view="coronal", layer="none", image=image)
        self.assertGreater(len(over), len(plain) + 1000)  # noise compresses badly
        self.assertNotEqual(over, result.picture(view="coronal", layer="none", image=image, crop=False))
        for wrong, error in ((image[1:], ValueError), (image > 0, None), ("image", TypeError)):
            if error is not None:
                with self.assertRaisesRegex(error, "image"):
                    result.picture(image=wrong)
            else:
                self.assertEqual(result.picture(image=wrong)[:4], b"\x89PNG")

    def test_what_cannot_be_drawn_is_said_and_no_error_of_a_notebook(self):
        mask, logits = cases.ball((8, 8, 8))
        result = lossscope.evaluate(mask, logits, "bce", kind="logit")
        with self.assertRaisesRegex(RuntimeError, "oblique"):
            result.picture(view="oblique")
        before = os.environ["LOSSSCOPE_BIN"], os.environ["PATH"]
        beside = pathlib.Path(lossscope.__file__).resolve().parents[2] / "bin/lossscope"
        try:
            os.environ["LOSSSCOPE_BIN"] = os.environ["PATH"] = "/nowhere"
            if not beside.exists():
                self.assertIsNone(result._repr_png_())
                with self.assertRaisesRegex(FileNotFoundError, "LOSSSCOPE_BIN"):
                    result.picture()
            else:
                self.assertIsNotNone(result._repr_png_())
        finally:
            os.environ["LOSSSCOPE_BIN"], os.environ["PATH"] = before


class Declared(unittest.TestCase):
    def test_stubs_name_what_the_compiled_part_has(self):
        stubs = ast.parse(pathlib.Path(_kernels.__file__).with_name("_kernels.pyi").read_text())
        named, inside = set(), {}
        for node in stubs.body:
            if isinstance(node, ast.AnnAssign):
                named.add(node.target.id)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                named.add(node.name)
                inside[node.name] = {
                    part.name for part in getattr(node, "body", []) if isinstance(part, ast.FunctionDef)
                }
        there = {name for name in dir(_kernels) if not name.startswith("__")}
        self.assertEqual(named, there)
        for name in ("Inputs", "Kernel"):
            methods = {method for method in dir(getattr(_kernels, name)) if not method.startswith("_")}
            self.assertEqual(inside[name] - {"__init__"}, methods)

    def test_what_people_call_has_docstrings_and_hints(self):
        self.assertTrue(pathlib.Path(lossscope.__file__).with_name("py.typed").exists())
        for each in (
            lossscope.evaluate,
            lossscope.losses,
            lossscope.Result.picture,
            lossscope.Refused,
            lossscope.Result,
        ):
            self.assertTrue(inspect.getdoc(each), each)
        hints = inspect.signature(lossscope.evaluate)
        for parameter in hints.parameters.values():
            self.assertIsNot(parameter.annotation, inspect.Parameter.empty, parameter)
            if parameter.name != "self":
                self.assertIn(f"{parameter.name}:", lossscope.evaluate.__doc__)


if __name__ == "__main__":
    unittest.main()
