# SPDX-License-Identifier: Apache-2.0
"""Losses over classes from Python, against textbook formulas and autograd in float64."""
import pickle
import unittest

import lossscope
import numpy as np

try:
    import torch

    import lossscope.torch
except ImportError as missing:
    raise unittest.SkipTest(f"no PyTorch for this interpreter: {missing}") from missing


def blobs(channels=4, shape=(7, 8, 9), seed=3):
    """Labels 0 to channels - 1, and logits (C, z, y, x) that are wrong in places: uint8 and float32."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, channels, shape).astype(np.uint8)
    logits = rng.normal(0, 2, (channels, *shape)).astype(np.float32)
    logits += 2 * (labels == np.arange(channels)[:, None, None, None])
    return labels, logits.astype(np.float32)


def dice(p, g, smooth=1.0):
    """Of each channel, over its voxels."""
    axes = tuple(range(1, p.dim()))
    return 1 - (2 * (p * g).sum(axes) + smooth) / (p.sum(axes) + g.sum(axes) + smooth)


def one_hot(labels, channels):
    return torch.stack([torch.from_numpy(labels == c) for c in range(channels)]).double()


def dice_and_entropy(z, labels):
    """As nnU-Net has it: soft Dice without the background, cross-entropy with it."""
    p = torch.softmax(z, 0)
    entropy = torch.nn.functional.cross_entropy(z[None], torch.from_numpy(labels)[None].long())
    return dice(p, one_hot(labels, len(z)))[1:].mean() + entropy


class Values(unittest.TestCase):
    def agrees(self, result, formula, logits):
        """Value and gradient are those of a formula of float64 logits."""
        z = torch.from_numpy(logits).double().requires_grad_()
        value = formula(z)
        value.backward()
        self.assertAlmostEqual(result.value / value.item(), 1, delta=1e-6)
        error = np.abs(result.gradient - z.grad.numpy()).max()
        self.assertLess(error, 1e-6 * max(1, z.grad.abs().max().item()), msg=f"gradient off by {error}")
        if result.contribution is not None:
            self.assertAlmostEqual(float(result.contribution.sum(dtype=np.float64)) / value.item(), 1, delta=1e-5)

    def test_dice_and_cross_entropy_of_a_softmax_are_those_of_autograd(self):
        labels, logits = blobs()
        found = lossscope.evaluate(
            labels, logits, "dice+bce", kind="logit", activation="softmax", gradient="logit", contribution=True
        )
        self.agrees(found, lambda z: dice_and_entropy(z, labels), logits)
        self.assertEqual([row["label"] for row in found.classes], [0, 1, 2, 3])
        self.assertAlmostEqual(sum(row["share"] for row in found.classes), 1, delta=1e-6)
        self.assertIn("label 3", repr(found))
        self.assertIsNone(pickle.loads(pickle.dumps(found)).metrics)

    def test_the_background_weights_and_absent_classes_are_said_by_parameters(self):
        labels, logits = blobs()
        labels[labels == 2] = 1
        g = one_hot(labels, 4)
        p = lambda z: torch.softmax(z, 0)
        sizes = g.sum((1, 2, 3))
        inverse = torch.where(sizes > 0, 1 / sizes, (1 / sizes[sizes > 0]).max())
        by = torch.tensor([5.0, 1.0, 0.5, 3.0], dtype=torch.float64)
        for said, formula in (
            ({"include_background": True}, lambda z: dice(p(z), g).mean()),
            ({"absent_classes": "skip"}, lambda z: dice(p(z), g)[[1, 3]].mean()),
            ({"dice.class_weights": "inverse"}, lambda z: (dice(p(z), g) * inverse)[1:].sum() / inverse[1:].sum()),
            (
                {"include_background": True, "class_weights": by.tolist()},
                lambda z: (dice(p(z), g) * by).sum() / by.sum(),
            ),
        ):
            with self.subTest(said=said):
                found = lossscope.evaluate(
                    labels, logits, kind="logit", activation="softmax", gradient="logit", parameters=said
                )
                self.agrees(found, formula, logits)

    def test_regions_of_a_sigmoid_may_overlap(self):
        labels, logits = blobs(3)
        masks = np.stack([labels > 0, labels == 2, labels < 2])
        g = torch.from_numpy(masks).double()
        entropy = torch.nn.functional.binary_cross_entropy_with_logits
        found = lossscope.evaluate(masks, logits, "dice+bce", kind="logit", activation="sigmoid", gradient="logit")
        self.agrees(found, lambda z: dice(torch.sigmoid(z), g).mean() + entropy(z, g), logits)

    def test_voxels_that_are_ignored_do_not_count(self):
        labels, logits = blobs()
        labels[:2] = 255
        truth = torch.from_numpy(labels)[None].long()
        entropy = lambda z: torch.nn.functional.cross_entropy(z[None], truth, ignore_index=255)
        found = lossscope.evaluate(
            labels, logits, "bce", kind="logit", activation="softmax", gradient="logit", ignore=255
        )
        self.agrees(found, entropy, logits)
        self.assertFalse(found.gradient[:, :2].any())
        with self.assertRaises(lossscope.Refused) as refused:
            lossscope.evaluate(labels, logits, "bce", kind="logit", activation="softmax")
        self.assertEqual(refused.exception.code, "E_IGNORE")

    def test_channels_are_of_the_labels_that_are_said(self):
        labels, logits = blobs()
        other = np.array([0, 10, -3, 500])[labels]
        expected = lossscope.evaluate(labels, logits, kind="logit", activation="softmax")
        found = lossscope.evaluate(other, logits, kind="logit", activation="softmax", label=(0, 10, -3, 500))
        self.assertEqual(found.value, expected.value)
        self.assertEqual([row["label"] for row in found.classes], [0, 10, -3, 500])
        with self.assertRaisesRegex(ValueError, "no channel is label -3 .*ignore=-3"):
            lossscope.evaluate(other, logits, kind="logit", activation="softmax", ignore=())

    def test_probabilities_are_checked(self):
        labels, logits = blobs()
        p = torch.softmax(torch.from_numpy(logits), 0).numpy()
        logit = lossscope.evaluate(labels, logits, "dice+bce", kind="logit", activation="softmax").value
        found = lossscope.evaluate(labels, p, "dice+bce", activation="softmax").value
        self.assertAlmostEqual(found / logit, 1, delta=1e-5)
        with self.assertRaises(lossscope.Refused) as refused:
            lossscope.evaluate(labels, p / 2, activation="softmax")
        self.assertEqual(refused.exception.code, "E_ACTIVATION")

    def test_a_wrong_call_says_what_is_right(self):
        labels, logits = blobs()
        over = dict(kind="logit", activation="softmax")
        for arguments, settings, words in (
            ((labels[0], logits[0, 0]), over, r"\(C, z, y, x\)"),
            ((labels[1:], logits), over, r"\(C, z, y, x\)"),
            ((labels, logits), {**over, "label": (0, 1)}, "4 channels"),
            ((labels, logits), {**over, "what_if": True}, "what_if"),
            ((labels, logits), {**over, "activation": "relu"}, "softmax, sigmoid"),
            ((labels, logits), {**over, "parameters": {"class_weights": [1, 2]}}, "2 weights for 4"),
            ((labels, logits), {**over, "parameters": {"bce.absent_classes": "skip"}}, "bce"),
            ((labels, logits), {**over, "parameters": {"absent_classes": "maybe"}}, "count, skip"),
            ((labels == 1, logits[1]), {"kind": "logit", "parameters": {"include_background": 1}}, "activation"),
            ((np.stack([labels] * 4), logits), over, "0 and 1"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(ValueError, words):
                lossscope.evaluate(*arguments, **settings)
        with self.assertRaisesRegex(RuntimeError, "not drawn yet"):
            lossscope.evaluate(labels, logits, **over).picture()


class Training(unittest.TestCase):
    def test_the_module_gives_values_and_gradients_of_a_batch(self):
        made = [blobs(seed=seed) for seed in range(2)]
        target = torch.from_numpy(np.stack([labels for labels, _ in made]))
        logits = torch.from_numpy(np.stack([z for _, z in made]))
        criterion = lossscope.torch.Loss("dice+bce", kind="logit", activation="softmax")
        for truth in (target, target[:, None], target[:, None].float()):
            z = logits.clone().requires_grad_()
            loss = criterion(z, truth)
            loss.backward()
            exact = logits.double().requires_grad_()
            formula = sum(dice_and_entropy(exact[at], made[at][0]) for at in range(2)) / 2
            formula.backward()
            self.assertAlmostEqual(loss.item() / formula.item(), 1, delta=1e-6)
            self.assertLess((z.grad - exact.grad).abs().max().item(), 1e-6)
        self.assertIn("softmax", repr(criterion))
        self.assertEqual(pickle.loads(pickle.dumps(criterion))(logits, target).item(), criterion(logits, target).item())

    def test_pictures_and_masks_of_each_channel(self):
        labels, logits = blobs(3, (1, 8, 9))
        masks = torch.from_numpy(np.stack([labels[0] > 0, labels[0] == 2, labels[0] < 2]))[None]
        z = torch.from_numpy(logits)[:, 0][None]
        criterion = lossscope.torch.Loss("dice", kind="logit", activation="sigmoid", parameters={"smooth_nr": 0})
        expected = lossscope.evaluate(
            masks[0], z[0], kind="logit", activation="sigmoid", parameters={"smooth_nr": 0}
        ).value
        self.assertAlmostEqual(criterion(z, masks).item() / expected, 1, delta=1e-6)

    def test_classes_need_an_activation(self):
        with self.assertRaisesRegex(ValueError, "of classes say activation"):
            lossscope.torch.Loss("dice", kind="logit")(torch.zeros(1, 3, 4, 5), torch.zeros(1, 4, 5))
        with self.assertRaisesRegex(ValueError, "without activation"):
            lossscope.torch.Loss("dice", parameters={"absent_classes": "skip"})


if __name__ == "__main__":
    unittest.main()
