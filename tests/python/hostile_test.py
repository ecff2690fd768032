# SPDX-License-Identifier: Apache-2.0
"""What lossscope.evaluate refuses, and that it says what is wrong and what to do. Remedies are carried out."""
import unittest

import cases
import lossscope
import numpy as np
from lossscope import _kernels


class Refusals(unittest.TestCase):
    def setUp(self):
        self.mask, self.logits = cases.ball((6, 7, 8))
        self.p = cases.sigmoid(self.logits).astype(np.float32)

    def refused(self, error, text, mask, prediction, *loss, **asked):
        with self.assertRaisesRegex(error, text) as caught:
            lossscope.evaluate(mask, prediction, *loss, **asked)
        return caught.exception

    def test_logits_for_probabilities(self):
        refused = self.refused(lossscope.Refused, "no probabilities", self.mask, self.logits)
        self.assertEqual(refused.code, "E_RANGE")
        self.assertIn("logit", refused.remedy)
        self.assertIsInstance(refused, ValueError)
        lossscope.evaluate(self.mask, self.logits, kind="logit")

    def test_rounding_outside_is_clamped_and_told(self):
        self.p[2, 3, 4] = 1 + 5e-5
        self.p[0, 0, 0] = -5e-5
        before = self.p.copy()
        result = lossscope.evaluate(self.mask, self.p, "bce")
        self.assertIn("W_CLAMPED", [each["code"] for each in result.assumptions])
        self.assertTrue(np.array_equal(before, self.p))
        self.assertEqual(result.value, lossscope.evaluate(self.mask, np.clip(self.p, 0, 1), "bce").value)
        self.p[0, 0, 0] = -2e-4
        self.refused(lossscope.Refused, "-0.0002", self.mask, self.p)

    def test_numbers_that_are_none(self):
        for number in (np.nan, np.inf, -np.inf):
            for place in ((0, 0, 0), (2, 3, 4), (5, 6, 7)):
                for kind, prediction in (("logit", self.logits.copy()), ("probability", self.p.copy())):
                    prediction[place] = number
                    refused = self.refused(lossscope.Refused, "1 voxel", self.mask, prediction, "bce", kind=kind)
                    self.assertEqual(refused.code, "E_PREDICTION_NAN")
                    self.assertIn(f"({place[0]}, {place[1]}, {place[2]})", refused.reason)

    def test_the_remedy_for_nan_works(self):
        self.logits[2, 3, 4] = np.nan
        self.mask[2, 3, 4] = 9
        result = lossscope.evaluate(self.mask, self.logits, "dice+bce", kind="logit", ignore=9, gradient="logit")
        self.assertTrue(np.isfinite(result.value))
        self.assertEqual(result.gradient[2, 3, 4], 0)
        self.assertTrue(np.isnan(self.logits[2, 3, 4]))

    def test_float64_beyond_float32(self):
        far = self.logits.astype(np.float64)
        far[0, 0, 0] = 1e300
        self.refused(lossscope.Refused, "NaN or infinite", self.mask, far, kind="logit")

    def test_all_voxels_ignored(self):
        self.assertEqual(lossscope.evaluate(self.mask * 0 + 9, self.logits, "bce", kind="logit", ignore=9).value, 0)

    def test_labels_that_may_mean_not_annotated(self):
        self.mask[0] = 255
        refused = self.refused(lossscope.Refused, "255", self.mask, self.p)
        self.assertEqual(refused.code, "E_IGNORE")
        counted = lossscope.evaluate(self.mask, self.p, "bce", ignore=())
        left_out = lossscope.evaluate(self.mask, self.p, "bce", ignore=255)
        self.assertNotEqual(counted.value, left_out.value)
        self.assertEqual(left_out.value, lossscope.evaluate(self.mask[1:] == 1, self.p[1:], "bce").value)
        signed = np.where(self.mask == 255, np.int16(-1), self.mask.astype(np.int16))
        self.assertEqual(self.refused(lossscope.Refused, "-1", signed, self.p).code, "E_IGNORE")
        only = np.where(self.mask > 0, 255, 0).astype(np.uint8)
        self.assertEqual(
            lossscope.evaluate(only, self.p, "bce").value, lossscope.evaluate(only > 0, self.p, "bce").value
        )

    def test_shapes(self):
        self.refused(ValueError, r"\(6, 7, 8\) and \(6, 7, 7\)", self.mask, self.p[:, :, 1:])
        self.refused(ValueError, r"\(6, 7, 8\) and \(8, 7, 6\)", self.mask, self.p.T)
        for shape in ((336,), (1, 6, 7, 8), (1, 1, 6, 7, 8), ()):
            size = int(np.prod(shape))
            self.refused(
                ValueError,
                "one at a time|different shapes",
                np.zeros(shape, bool),
                self.p.ravel()[:size].reshape(shape),
            )
        for shape in ((0, 7, 8), (6, 0, 8), (6, 0), (0, 0, 0)):
            self.refused(ValueError, "no voxels", np.zeros(shape, bool), np.zeros(shape, np.float32))

    def test_masks_that_are_none(self):
        self.refused(ValueError, "whole numbers.*mask > 0.5", self.p, self.p)
        for number in (np.nan, np.inf, 1e300, -np.inf):
            mask = self.mask.astype(np.float64)
            mask[1, 1, 1] = number
            self.refused(ValueError, "whole numbers", mask, self.p)
        lossscope.evaluate(self.p > 0.5, self.p)
        lying = np.full(self.mask.shape, 2, np.uint8).view(bool)  # bools that are not 0 or 1
        self.assertEqual(
            lossscope.evaluate(lying, self.p, "bce").value,
            lossscope.evaluate(lying.view("u1") > 0, self.p, "bce").value,
        )

    def test_what_is_no_array_of_numbers(self):
        for thing in (
            None,
            "mask",
            object(),
            {"a": 1},
            self.p.astype(complex),
            self.p.astype(str),
            self.p.astype("m8[s]"),
            self.p.astype(object),
            np.zeros(self.p.shape, [("a", "f4")]),
            b"bytes",
            [[1, 2], [3]],
        ):
            self.refused((TypeError, ValueError), "mask|prediction", self.mask, thing)
            self.refused((TypeError, ValueError), "mask|prediction", thing, self.p)
        self.refused(TypeError, "masked array.*ignore", self.mask, np.ma.masked_array(self.p, self.p < 0.5))

    def test_arrays_on_other_devices_and_liars(self):
        class Elsewhere:
            def __dlpack_device__(self):
                return (2, 0)

            def __dlpack__(self, stream=None):
                raise AssertionError("nobody should ask for it")

        self.refused(TypeError, r"another device.*\.cpu\(\)", self.mask, Elsewhere())

        class Liar:
            def __dlpack_device__(self):
                return (1, 0)

            def __dlpack__(self, stream=None):
                return "no capsule"

        self.refused(TypeError, "prediction", self.mask, Liar())

    def test_losses_and_parameters(self):
        for loss, text in (
            ("dyce", "there is no loss 'dyce'; the losses are bce"),
            ("", "there is no loss"),
            ("dice+dice", "there is no loss"),
            ("-1*dice+1*bce", "cannot|there is no loss|outside"),
            ("2*dice+", "there is no loss"),
            ("1e9*dice+1*bce", "outside 0 to 1000"),
        ):
            self.refused(ValueError, text, self.mask, self.p, loss)
        for parameters, text in (
            ({"gama": 1}, "no chosen loss has a parameter 'gama'; the parameters are alpha"),
            ({"gamma": -1}, "gamma cannot be '-1'; valid: 0 to 10"),
            ({"gamma": float("nan")}, "gamma cannot be 'nan'"),
            ({"gamma": "high"}, "gamma cannot be 'high'"),
            ({"reduction": "most"}, "valid: mean, sum"),
        ):
            self.refused(ValueError, text, self.mask, self.p, "focal", parameters=parameters)
        for parameters in ({"gamma": None}, {"gamma": [1]}, {3: 1}, [("gamma", 1)], "gamma=1"):
            self.refused(TypeError, "parameters", self.mask, self.p, "focal", parameters=parameters)
        self.refused(ValueError, "the presets are MONAI", self.mask, self.p, "focal", preset="nobody")
        self.refused(TypeError, "", self.mask, self.p, 3)

    def test_other_arguments(self):
        self.refused(ValueError, "valid: probability, logit", self.mask, self.p, kind="logits")
        self.refused(ValueError, "valid: 'probability', 'logit', None", self.mask, self.p, gradient=True)
        self.refused(ValueError, "threads must be 0", self.mask, self.p, threads=-1)
        for spacing, error in (
            ((1, 1), ValueError),
            ((1, 1, 0), ValueError),
            ((1, 1, -2), ValueError),
            ((1, 1, np.nan), ValueError),
            ((1, 1, np.inf), ValueError),
            (2, TypeError),
            ("abc", TypeError),
            ((1, 1, None), TypeError),
        ):
            self.refused(error, "spacing", self.mask, self.p, spacing=spacing)
        for label in ("1", 1.5, True, [1, "2"]):
            self.refused(TypeError, "label", self.mask, self.p, label=label)
            self.refused(TypeError, "ignore", self.mask, self.p, ignore=label)
        absent = lossscope.evaluate(self.mask, self.p, "bce", label=7)
        self.assertEqual([each["code"] for each in absent.assumptions], ["W_ABSENT", "W_EMPTY_MASK"])

    def test_a_huge_array_that_is_a_single_number(self):
        far = np.broadcast_to(np.float32(0.5), (1 << 20, 1 << 20, 1 << 12))
        self.refused((MemoryError, ValueError), "", np.broadcast_to(np.uint8(0), far.shape), far)


class Compiled(unittest.TestCase):
    """The compiled part by itself believes nothing, either."""

    def setUp(self):
        self.mask, self.logits = cases.ball((4, 5, 6))

    def inputs(self, **changed):
        given = {
            "mask": self.mask,
            "prediction": self.logits,
            "counts": None,
            "kind": "logit",
            "spacing": [1.0, 1.0, 1.0],
            "threads": 0,
        }
        return _kernels.Inputs(**{**given, **changed})

    def test_wrong_arrays(self):
        for changed in (
            {"mask": self.mask.astype("i4")},
            {"prediction": self.logits.astype("f8")},
            {"prediction": self.logits.astype(">f4")},
            {"mask": self.mask[:, :, ::2]},
            {"prediction": np.asfortranarray(self.logits)},
            {"spacing": [1.0]},
        ):
            with self.assertRaises(TypeError, msg=str(changed.keys())):
                self.inputs(**changed)
        for changed in (
            {"mask": self.mask[0]},
            {"mask": self.mask[:2]},
            {"mask": self.mask + 1},
            {"counts": self.mask[:2]},
            {"counts": self.mask + 5},
            {"kind": "u8"},
            {"threads": -3},
            {"mask": self.mask[:0], "prediction": self.logits[:0]},
        ):
            with self.assertRaises(ValueError, msg=str(changed.keys())):
                self.inputs(**changed)

    def test_wrong_maps(self):
        kernel, inputs = _kernels.Kernel("bce", None, []), self.inputs()
        right = _kernels.output(self.mask.shape)
        fixed = right.copy()
        fixed.setflags(write=False)
        for kinds, maps in (
            (["contribution"], []),
            (["nothing"], [right]),
            (["contribution"], [right[:2]]),
            (["contribution"], [right[0]]),
            (["contribution"], [fixed]),
        ):
            with self.assertRaises(ValueError, msg=str(kinds)):
                kernel.evaluate(inputs, kinds, maps, 0)
        for wrong in (right.astype("f8"), right[:, :, ::2], right.T):
            with self.assertRaises(TypeError):
                kernel.evaluate(inputs, ["contribution"], [wrong], 0)

    def test_wrong_shapes_of_outputs(self):
        for shape in ([0], [-1, 5], [1 << 40, 1 << 40], [1 << 62, 4]):
            with self.assertRaises((ValueError, MemoryError)):
                _kernels.output(shape)

    def test_arrays_are_kept_as_long_as_the_inputs(self):
        inputs = _kernels.Inputs(self.mask.copy(), self.logits.copy(), None, "logit", [1.0, 1.0, 1.0], 0)
        noise = [np.full(self.mask.shape, 9, np.float32) for _ in range(50)]
        value = _kernels.Kernel("bce", None, []).evaluate(inputs, [], [], 0)[0]
        self.assertAlmostEqual(value, np.mean(cases.cross_entropies(self.mask, self.logits)), places=6)
        self.assertEqual(len(noise), 50)


if __name__ == "__main__":
    unittest.main()
