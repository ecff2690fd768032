# SPDX-License-Identifier: Apache-2.0
"""lossscope.evaluate: float64 formulas, the command line on the same voxels, and how arrays may come."""
import ast
import concurrent.futures
import inspect
import json
import os
import pathlib
import pickle
import signal
import sys
import tempfile
import threading
import unittest

import cases
import lossscope
import numpy as np
from lossscope import _arrays, _kernels


class Values(unittest.TestCase):
    def setUp(self):
        self.mask, self.logits = cases.ball()
        self.p = cases.sigmoid(self.logits)

    def test_values_are_those_of_float64(self):
        dice, bce = cases.dice(self.mask, self.p), np.mean(cases.cross_entropies(self.mask, self.logits))
        focal = cases.focal(self.mask, self.logits)
        for loss, expected in (
            ("dice", dice),
            ("bce", bce),
            ("focal", focal),
            ("dice+bce", dice + bce),
            ("2*dice+0.5*focal", 2 * dice + focal / 2),
        ):
            for kind, prediction in (("logit", self.logits), ("probability", self.p.astype(np.float32))):
                found = lossscope.evaluate(self.mask, prediction, loss, kind=kind, metrics=False).value
                self.assertAlmostEqual(found / expected, 1, delta=1e-6, msg=f"{loss} of {kind}")

    def test_gradients_are_those_of_differences_in_float64(self):
        mask, logits = cases.ball((3, 4, 5))
        bce = lambda z: np.mean(cases.cross_entropies(mask, z))
        for loss, value in (
            ("bce", bce),
            ("dice", lambda z: cases.dice(mask, cases.sigmoid(z))),
            ("focal", lambda z: cases.focal(mask, z)),
            ("2*dice+1*bce", lambda z: 2 * cases.dice(mask, cases.sigmoid(z)) + bce(z)),
        ):
            expected = cases.slopes_by_differences(value, logits.astype(np.float64))
            found = lossscope.evaluate(mask, logits, loss, kind="logit", gradient="logit").gradient
            np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-7, err_msg=loss)

    def test_the_gradient_by_probability_is_another(self):
        mask, logits = cases.ball((3, 4, 5))
        p = np.clip(cases.sigmoid(logits), 0.05, 0.95)
        value = lambda q: -np.mean(np.where(mask == 1, np.log(q), np.log(1 - q)))
        expected = cases.slopes_by_differences(value, p)
        result = lossscope.evaluate(mask, p, "bce", gradient="probability")
        np.testing.assert_allclose(result.gradient, expected, rtol=2e-5)
        self.assertEqual(result.wrt, "probability")

    def test_contributions_add_up_and_parts_have_shares(self):
        result = lossscope.evaluate(self.mask, self.logits, "2*dice+1*bce", kind="logit", contribution=True)
        self.assertAlmostEqual(result.contribution.sum(dtype=np.float64), result.value, places=6)
        self.assertEqual([part["id"] for part in result.parts], ["dice", "bce"])
        self.assertAlmostEqual(sum(part["weight"] * part["value"] for part in result.parts), result.value, places=12)
        self.assertAlmostEqual(sum(part["share"] for part in result.parts), 1, places=12)
        self.assertEqual(result.loss, "2*dice+1*bce")
        self.assertIsNone(lossscope.evaluate(self.mask, self.logits, "dice", kind="logit").parts)

    def test_parameters_and_presets(self):
        wide = lossscope.evaluate(
            self.mask, self.logits, "focal", kind="logit", parameters={"gamma": 0, "alpha": "off"}
        )
        self.assertAlmostEqual(wide.value, np.mean(cases.cross_entropies(self.mask, self.logits)), places=6)
        self.assertEqual((wide.parameters["gamma"], wide.parameters["alpha"]), (0, "off"))
        smooth = lossscope.evaluate(self.mask, self.logits, kind="logit", preset="nnunet")
        self.assertAlmostEqual(smooth.parts[0]["value"], cases.dice(self.mask, self.p, 1e-5), places=6)
        self.assertAlmostEqual(smooth.peer_value, smooth.value - 1, places=12)
        again = lossscope.evaluate(
            self.mask,
            self.logits,
            "dice+bce",
            kind="logit",
            preset="nnU-Net v2 (one structure)",
            parameters={"dice.smooth_nr": 1, "dice.smooth_dr": np.float32(1), "bce.weight": 3},
        )
        self.assertAlmostEqual(again.parts[0]["value"], cases.dice(self.mask, self.p), places=6)
        self.assertEqual(again.parts[1]["weight"], 3)

    def test_any_number_of_threads_gives_the_same_bits(self):
        made = [
            lossscope.evaluate(self.mask, self.logits, "dice+focal", kind="logit", gradient="logit", threads=threads)
            for threads in (1, 2, 5, 0)
        ]
        for other in made[1:]:
            self.assertEqual(other.value, made[0].value)
            self.assertEqual(other.gradient.tobytes(), made[0].gradient.tobytes())

    def test_results_say_what_they_are(self):
        result = lossscope.evaluate(self.mask, self.logits, "dice+bce", kind="logit")
        self.assertIn("1 x bce", repr(result))
        self.assertIn("Dice", repr(result))
        with self.assertRaises(AttributeError):
            result.value = 0

    def test_results_and_refusals_go_to_other_processes(self):
        result = lossscope.evaluate(self.mask, self.logits, "dice+bce", kind="logit", gradient="logit")
        again = pickle.loads(pickle.dumps(result))
        self.assertEqual((again.value, again.parts, again.metrics), (result.value, result.parts, result.metrics))
        self.assertEqual(again.gradient.tobytes(), result.gradient.tobytes())
        self.assertEqual(again.picture(view="sagittal"), result.picture(view="sagittal"))
        refused = pickle.loads(pickle.dumps(lossscope.Refused("E_RANGE", "why", "what to do")))
        self.assertEqual((str(refused), refused.code), ("why: what to do (E_RANGE)", "E_RANGE"))


class CommandLine(unittest.TestCase):
    """The same voxels by `lossscope eval`."""

    def compare(self, mask, prediction, loss, kind, spacing, flags=(), **asked):
        line = cases.CommandLine(mask, prediction, loss, kind, spacing, *flags)
        result = lossscope.evaluate(
            mask,
            prediction,
            loss,
            kind=kind,
            spacing=spacing,
            gradient="logit",
            contribution=True,
            what_if=True,
            **asked,
        )
        self.assertEqual(result.value, line.loss["value"])
        self.assertEqual(result.loss, line.loss["id"])
        self.assertEqual(result.parts, line.loss.get("parts"))
        self.assertEqual(result.parameters, line.loss["parameters"])
        self.assertEqual(result.blind is not None, line.loss["blind"])
        self.assertEqual(result.metrics, line.json["metrics"])
        for name in ("contribution", "gradient", "what_if"):
            self.assertEqual(getattr(result, name).tobytes(), getattr(line, name).tobytes(), f"{name} of {loss}")
        return result, line

    def test_every_loss_has_the_command_lines_bits(self):
        mask, logits = cases.ball((10, 12, 14))
        for loss in lossscope.losses():
            self.compare(mask, logits, loss["id"], "logit", (3.0, 0.8, 1.25))

    def test_sums_settings_and_probabilities(self):
        mask, logits = cases.ball((10, 12, 14))
        p = cases.sigmoid(logits).astype(np.float32)
        self.compare(
            mask,
            p,
            "0.5*dice+2*hausdorff",
            "probability",
            (1.0, 2.0, 1.0),
            ("--set", "hausdorff.alpha=1"),
            parameters={"hausdorff.alpha": 1},
        )

    def test_voxels_that_do_not_count(self):
        mask, logits = cases.ball((10, 12, 14))
        mask[:, 3:5] = 255
        result, line = self.compare(
            mask, logits, "dice+boundary", "logit", (1.0, 1.0, 1.0), ("--ignore", "255"), ignore=255
        )
        self.assertIn("W_IGNORED", [each["code"] for each in result.assumptions])
        self.assertIn("W_IGNORED", [each["code"] for each in line.json["assumptions"]])
        self.assertTrue(np.all(result.gradient[:, 3:5] == 0))

    def test_labels(self):
        mask, logits = cases.ball((10, 12, 14))
        mask[:5] *= 3
        for flags, asked in ((("--label", "3"), {"label": 3}), ((), {}), (("--label", "1,3"), {"label": [1, 3]})):
            result, line = self.compare(mask, logits, "bce", "logit", (1.0, 1.0, 1.0), flags, **asked)
            self.assertEqual(
                [each["code"] for each in result.assumptions if each["code"] == "W_LABELS"],
                [each["code"] for each in line.json["assumptions"] if each["code"] == "W_LABELS"],
            )

    def test_the_list_is_the_command_lines(self):
        status, out, err = cases.run(["losses", "--json", "-"], tempfile.gettempdir())
        self.assertEqual(status, 0, err)
        self.assertEqual(lossscope.losses(), json.loads(out))


class Interrupts(unittest.TestCase):
    def test_ctrl_c_ends_a_long_computation(self):
        """What SIGALRM's handler raises comes out at once: the map, which is made last, was not begun."""

        class Asked(Exception):
            pass

        def ask(*_):
            raise Asked

        mask, logits = cases.ball((170, 160, 160))
        inputs = _arrays.prepared(mask, logits, "logit", None, None, None, 1).inputs
        kernel = _kernels.Kernel("hausdorff", None, [])
        untouched = np.full(mask.shape, np.nan, np.float32)
        before = signal.signal(signal.SIGALRM, ask)
        try:
            for work in (
                lambda: kernel.evaluate(inputs, ["contribution"], [untouched], 1),
                lambda: _kernels.metrics(inputs, 1),
            ):
                with self.assertRaises(Asked):
                    signal.setitimer(signal.ITIMER_REAL, 0.01)
                    work()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        self.assertTrue(np.all(np.isnan(untouched)))
        self.assertEqual(kernel.evaluate(inputs, [], [], 0)[0], kernel.evaluate(inputs, [], [], 1)[0])


class RealHead(unittest.TestCase):
    """Debian's atlas of the MNI head (mricron-data): a file that the program reads, and its voxels read here."""

    def test_a_structure_of_the_atlas(self):
        path = "/usr/share/mricron/templates/aal.nii.gz"
        atlas, spacing = cases.nifti(path)
        thalami = [77, 78]
        truth = np.isin(atlas, thalami)
        blurred = truth.astype(np.float32)
        for axis in range(3):
            blurred = (np.roll(blurred, 1, axis) + blurred + np.roll(blurred, -1, axis)) / 3
        prediction = np.roll(blurred, 2, axis=0).clip(0, 1)
        with tempfile.TemporaryDirectory() as folder:
            np.save(os.path.join(folder, "p.npy"), prediction)
            arguments = [
                "eval",
                "--mask",
                path,
                "--label",
                "77,78",
                "--prediction",
                "p.npy",
                "--loss",
                "2*dice+1*bce,boundary",
            ]
            status, out, err = cases.run([*arguments, "--gradient", "{loss}.nii", "--json", "-"], folder)
            self.assertEqual(status, 0, err)
            said = json.loads(out)
            for line, loss, file in zip(said["losses"], ("2*dice+1*bce", "boundary"), ("dice+bce", "boundary")):
                result = lossscope.evaluate(
                    atlas, prediction, loss, label=thalami, ignore=(), spacing=spacing, gradient="probability"
                )
                self.assertEqual(result.value, line["value"])
                self.assertEqual(result.metrics, said["metrics"])
                expected = cases.map_of(os.path.join(folder, file + ".nii"), atlas.shape)
                self.assertEqual(result.gradient.tobytes(), expected.tobytes(), loss)
        self.assertAlmostEqual(
            lossscope.evaluate(truth, prediction, "dice").value,
            cases.dice(truth, prediction.astype(np.float64)),
            places=7,
        )
        self.assertGreater(truth.sum(), 10000)


class Arrays(unittest.TestCase):
    def setUp(self):
        self.mask, self.logits = cases.ball((9, 10, 11))
        self.expected = lossscope.evaluate(self.mask, self.logits, "dice+bce", kind="logit", gradient="logit")

    def same(self, mask, prediction, message=None):
        found = lossscope.evaluate(mask, prediction, "dice+bce", kind="logit", gradient="logit")
        self.assertEqual(found.value, self.expected.value, message)
        self.assertEqual(found.gradient.tobytes(), self.expected.gradient.tobytes(), message)
        return found

    def test_types_of_masks(self):
        for kind in (bool, "i1", "<u2", ">i2", "i4", ">i8", "u8", "f2", "f4", ">f8"):
            self.same(self.mask.astype(kind), self.logits, kind)

    def test_types_of_predictions(self):
        for kind in ("f8", ">f4", ">f8", "g"):
            self.same(self.mask, self.logits.astype(kind), kind)
        half = self.logits.astype(np.float16)
        found = lossscope.evaluate(self.mask, half, "bce", kind="logit").value
        self.assertAlmostEqual(found, np.mean(cases.cross_entropies(self.mask, half)), places=6)
        whole = lossscope.evaluate(self.mask, self.mask.astype(bool), "dice").value
        self.assertEqual(whole, 0)

    def test_layouts(self):
        fortran = np.asfortranarray(self.logits)
        self.same(self.mask, fortran)
        self.same(np.repeat(self.mask, 2, axis=1)[:, ::2], np.repeat(self.logits, 3, axis=2)[:, :, ::3])
        self.same(self.mask[::-1].copy()[::-1], self.logits[:, ::-1].copy()[:, ::-1])
        packed = np.zeros(self.logits.size, np.dtype([("skip", "u1"), ("z", "f4")], align=False))
        packed["z"] = self.logits.ravel()
        self.assertFalse(packed["z"].flags.aligned)
        self.same(self.mask, packed["z"].reshape(self.logits.shape))
        shifted = np.zeros(self.logits.nbytes + 1, np.uint8)
        shifted[1:] = np.frombuffer(self.logits.tobytes(), np.uint8)
        odd = shifted[1:].view(np.float32).reshape(self.logits.shape)
        self.assertFalse(odd.flags.aligned)
        self.same(self.mask, odd)

    def test_what_fits_is_not_copied(self):
        for mask in (self.mask, self.mask.astype(bool)):
            found = self.same(mask, self.logits)
            self.assertTrue(np.shares_memory(found.case.mask, mask))
            self.assertTrue(np.shares_memory(found.case.prediction, self.logits))
        self.mask.setflags(write=False)
        self.logits.setflags(write=False)
        found = self.same(self.mask, self.logits)
        self.assertTrue(np.shares_memory(found.case.mask, self.mask))

    def test_buffers_and_arrays_of_others(self):
        class Described:  # NumPy's own protocol for foreign arrays
            __array_interface__ = self.logits.__array_interface__

        class Exporting:  # nothing but DLPack
            def __init__(self, voxels):
                self.voxels = voxels

            def __dlpack_device__(self):
                return self.voxels.__dlpack_device__()

            def __dlpack__(self, **asked):
                return self.voxels.__dlpack__()

        found = self.same(Exporting(self.mask), Exporting(self.logits))
        self.assertTrue(np.shares_memory(found.case.mask, self.mask))
        self.assertTrue(np.shares_memory(found.case.prediction, self.logits))
        self.same(memoryview(self.mask), memoryview(self.logits))
        self.same(self.mask, Described())
        self.same(self.mask.tolist(), self.logits)

    def test_pictures(self):
        mask, logits = self.mask[4], self.logits[4]
        result = lossscope.evaluate(mask, logits, "bce", kind="logit", contribution=True, spacing=(2, 3))
        self.assertEqual(result.contribution.shape, mask.shape)
        self.assertAlmostEqual(result.value, np.mean(cases.cross_entropies(mask, logits)), places=6)
        self.assertEqual(result.metrics["volume_mask"], 6 * mask.sum())

    def test_spacing_is_in_the_order_of_the_axes(self):
        mask = np.zeros((4, 5, 6), np.uint8)
        mask[1, 1, 1] = 1
        p = np.zeros(mask.shape, np.float32)
        p[3, 1, 1] = 1  # two voxels further in z
        self.assertEqual(lossscope.evaluate(mask, p, spacing=(5, 1, 1)).metrics["hausdorff"], 10)
        self.assertEqual(lossscope.evaluate(mask, p).metrics["hausdorff"], 2)

    def test_maps_outlive_the_result_and_take_over_memory_that_nobody_has(self):
        first = self.same(self.mask, self.logits).gradient
        kept = first.tobytes()
        for _ in range(5):
            lossscope.evaluate(self.mask, -self.logits, "dice+bce", kind="logit", gradient="logit")
        self.assertEqual(first.tobytes(), kept)

    def test_threads_of_python_may_evaluate_together(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            work = [pool.submit(self.same, self.mask, self.logits) for _ in range(40)]
            self.assertEqual({done.result().value for done in work}, {self.expected.value})

    def test_other_threads_of_python_work_meanwhile(self):
        """Python takes its lock from nobody here (an interval of hours): the other thread runs while a kernel works."""
        mask, logits = cases.ball((40, 40, 40))
        kernel = _kernels.Kernel("hausdorff", None, [])
        inputs = _arrays.prepared(mask, logits, "logit", None, None, None, 1).inputs
        gate, ran = threading.Lock(), []

        def other():
            with gate:
                ran.append(True)

        interval = sys.getswitchinterval()
        gate.acquire()
        thread = threading.Thread(target=other)
        thread.start()
        try:
            sys.setswitchinterval(10000)
            gate.release()
            for _ in range(200):  # a busy machine may need more than one to wake the other
                kernel.evaluate(inputs, [], [], 1)
                if ran:
                    break
            self.assertTrue(ran)
        finally:
            sys.setswitchinterval(interval)
            thread.join()


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
