# SPDX-License-Identifier: Apache-2.0
"""lossscope.evaluate: float64 formulas, and the command line on the same voxels."""
import json
import os
import pickle
import tempfile
import unittest

import cases
import lossscope
import numpy as np


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


if __name__ == "__main__":
    unittest.main()
