# SPDX-License-Identifier: Apache-2.0
"""lossscope.torch.Loss against textbook formulas in PyTorch, and lossscope.evaluate on tensors."""
import copy
import gc
import io
import pickle
import unittest
import warnings

import cases
import lossscope
import numpy as np

try:
    import torch

    import lossscope.torch
except ImportError as missing:
    raise unittest.SkipTest(f"no PyTorch for this interpreter: {missing}") from missing


def textbook(loss, logits, target, smooth=1.0):
    """Mean over a batch of losses of its images, in the type of the logits."""
    axes = tuple(range(1, logits.dim()))
    g = target.to(logits.dtype)
    p = torch.sigmoid(logits)
    entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, g, reduction="none")
    if loss == "bce":
        each = entropy.mean(axes)
    elif loss == "dice":
        each = 1 - (2 * (p * g).sum(axes) + smooth) / (p.sum(axes) + g.sum(axes) + smooth)
    elif loss == "focal":
        weight = torch.where(g == 1, 0.25, 0.75).to(logits.dtype)
        each = (weight * torch.where(g == 1, 1 - p, p) ** 2 * entropy).mean(axes)
    else:
        return textbook("dice", logits, target, smooth) + textbook("bce", logits, target)
    return each.mean()


def batch(count=3, shape=(8, 9, 10)):
    made = [cases.ball(shape, seed) for seed in range(count)]
    masks, logits = (np.stack([case[part] for case in made])[:, None].copy() for part in (0, 1))
    return torch.from_numpy(masks), torch.from_numpy(logits)


class Network(torch.nn.Module):
    """A small U-Net: one level down and up again, with the skip between them."""

    def __init__(self, axes):
        super().__init__()
        conv = torch.nn.Conv3d if axes == 3 else torch.nn.Conv2d
        self.down, self.deep, self.up = conv(1, 4, 3, padding=1), conv(4, 8, 3, padding=1), conv(12, 1, 3, padding=1)
        self.pool = (torch.nn.MaxPool3d if axes == 3 else torch.nn.MaxPool2d)(2)
        self.wide = torch.nn.Upsample(scale_factor=2)

    def forward(self, image):
        first = torch.relu(self.down(image))
        return self.up(torch.cat([first, self.wide(torch.relu(self.deep(self.pool(first))))], 1))


class Values(unittest.TestCase):
    losses = ("dice", "bce", "focal", "dice+bce")

    def test_values_and_gradients_are_the_textbooks(self):
        for shape in ((8, 9, 10), (12, 14)):
            target, logits = batch(3, shape)
            for loss in self.losses:
                ours = logits.clone().requires_grad_()
                found = lossscope.torch.Loss(loss, kind="logit")(ours, target)
                found.backward()
                exact = logits.double().requires_grad_()
                expected = textbook(loss, exact, target)
                expected.backward()
                self.assertEqual((found.shape, found.dtype), (torch.Size(), torch.float32))
                self.assertAlmostEqual(found.item() / expected.item(), 1, delta=1e-6, msg=loss)
                torch.testing.assert_close(ours.grad.double(), exact.grad, rtol=2e-5, atol=2e-8, msg=f"{loss} {shape}")

    def test_gradcheck(self):
        """PyTorch's own check by finite differences; steps are wide, for voxels are float32 inside."""
        target, logits = batch(2, (3, 4, 5))
        for loss in (*self.losses, "tversky", "2*iou+0.5*poly1"):
            module = lossscope.torch.Loss(loss, kind="logit")
            z = logits.double().requires_grad_()
            self.assertTrue(
                torch.autograd.gradcheck(lambda at: module(at, target), (z,), eps=2e-3, atol=2e-5, rtol=2e-3), loss
            )
        p = torch.sigmoid(logits).double().clamp(0.05, 0.95).requires_grad_()
        module = lossscope.torch.Loss("dice+bce", kind="probability", batch="none")
        self.assertTrue(torch.autograd.gradcheck(lambda at: module(at, target), (p,), eps=1e-3, atol=2e-5, rtol=2e-3))

    def test_a_step_of_a_unet_is_the_textbooks(self):
        for axes in (2, 3):
            target, _ = batch(2, (8, 8, 8)[:axes])
            image = target.float() + torch.from_numpy(np.random.default_rng(1).normal(0, 1, target.shape)).float()
            steps = []
            for module in (lossscope.torch.Loss("dice+bce", kind="logit"), lambda z, g: textbook("dice+bce", z, g)):
                torch.manual_seed(3)
                network = Network(axes)
                optimizer = torch.optim.SGD(network.parameters(), lr=0.5, momentum=0.9)
                for _ in range(3):
                    optimizer.zero_grad()
                    module(network(image), target).backward()
                    optimizer.step()
                steps.append(torch.cat([weights.detach().ravel() for weights in network.parameters()]))
            torch.manual_seed(3)
            start = torch.cat([weights.detach().ravel() for weights in Network(axes).parameters()])
            self.assertGreater((steps[0] - start).abs().max().item(), 1e-2)
            torch.testing.assert_close(steps[0], steps[1], rtol=1e-5, atol=2e-6)

    def test_the_value_is_evaluates(self):
        target, logits = batch(1)
        for loss in lossscope.losses():
            found = lossscope.torch.Loss(loss["id"], kind="logit", spacing=(2, 1, 1))(logits.double(), target)
            expected = lossscope.evaluate(
                target[0, 0], logits[0, 0], loss["id"], kind="logit", spacing=(2, 1, 1), metrics=False
            )
            self.assertEqual(found.item(), expected.value, loss["id"])

    def test_batches(self):
        target, logits = batch(3)
        each = lossscope.torch.Loss("dice", kind="logit", batch="none")(logits, target)
        self.assertEqual(each.shape, (3,))
        self.assertAlmostEqual(
            lossscope.torch.Loss("dice", kind="logit", batch="sum")(logits, target).item(), each.sum().item(), places=5
        )
        self.assertAlmostEqual(
            lossscope.torch.Loss("dice", kind="logit")(logits, target).item(), each.mean().item(), places=6
        )
        weights = torch.tensor([1.0, 0.0, -2.0])
        z = logits.clone().requires_grad_()
        lossscope.torch.Loss("dice", kind="logit", batch="none")(z, target).mul(weights).sum().backward()
        for image, weight in enumerate(weights):
            alone = lossscope.evaluate(
                target[image, 0], logits[image, 0], "dice", kind="logit", gradient="logit"
            ).gradient
            torch.testing.assert_close(z.grad[image, 0], weight * torch.from_numpy(alone), rtol=1e-6, atol=0)

    def test_targets_without_channels_and_of_other_types(self):
        target, logits = batch(2)
        module = lossscope.torch.Loss("dice+bce", kind="logit")
        expected = module(logits, target).item()
        for other in (
            target[:, 0],
            target.bool(),
            target.float(),
            target.double(),
            target.long(),
            target.to(torch.bfloat16),
            target.half(),
        ):
            self.assertEqual(module(logits, other).item(), expected, other.dtype)

    def test_ignored_voxels_have_no_gradient(self):
        target, logits = batch(1)
        target[:, :, :3] = 255
        z = logits.clone().requires_grad_()
        with self.assertRaises(lossscope.Refused):
            lossscope.torch.Loss("bce", kind="logit")(z, target)
        found = lossscope.torch.Loss("bce", kind="logit", ignore=255)(z, target)
        found.backward()
        self.assertTrue(torch.all(z.grad[:, :, :3] == 0))
        self.assertAlmostEqual(found.item(), textbook("bce", logits[:, :, 3:], target[:, :, 3:]).item(), places=6)

    def test_threads_give_the_same_bits(self):
        target, logits = batch(2)
        made = []
        for threads in (1, 2, 7):
            z = logits.clone().requires_grad_()
            value = lossscope.torch.Loss("dice+focal", kind="logit", threads=threads)(z, target)
            value.backward()
            made.append((value.item(), z.grad.numpy().tobytes()))
        self.assertEqual(made[0], made[1])
        self.assertEqual(made[0], made[2])


class Graphs(unittest.TestCase):
    def setUp(self):
        self.target, self.logits = batch(2)
        self.module = lossscope.torch.Loss("dice+bce", kind="logit")

    def slopes(self, make):
        z = self.logits.clone().requires_grad_()
        make(z)
        return z.grad

    def test_upstream_factors_and_sums_of_losses(self):
        once = self.slopes(lambda z: self.module(z, self.target).backward())
        torch.testing.assert_close(self.slopes(lambda z: (3 * self.module(z, self.target)).backward()), 3 * once)
        twice = self.slopes(lambda z: (self.module(z, self.target) + self.module(z, self.target)).backward())
        torch.testing.assert_close(twice, 2 * once)
        chained = self.slopes(lambda z: self.module(2 * z, self.target).backward())
        scaled = (2 * self.logits).requires_grad_()
        self.module(scaled, self.target).backward()
        torch.testing.assert_close(chained, 2 * scaled.grad)

    def test_a_graph_that_is_kept_gives_its_gradient_again(self):
        z = self.logits.clone().requires_grad_()
        value = self.module(z, self.target)
        value.backward(retain_graph=True)
        first = z.grad.clone()
        z.grad.zero_()  # in place: what the graph keeps must not be the same memory
        value.backward()
        torch.testing.assert_close(z.grad, first, rtol=0, atol=0)

    def test_gradients_outlive_the_graph(self):
        z = self.logits.clone().requires_grad_()
        self.module(z, self.target).backward()
        kept = z.grad.clone()
        for _ in range(5):
            other = (-self.logits).requires_grad_()
            self.module(other, self.target).backward()
            del other
            gc.collect()
        torch.testing.assert_close(z.grad, kept, rtol=0, atol=0)

    def test_nothing_is_made_where_no_gradient_is_wanted(self):
        self.assertFalse(self.module(self.logits, self.target).requires_grad)
        z = self.logits.clone().requires_grad_()
        with torch.no_grad():
            self.assertFalse(self.module(z, self.target).requires_grad)
        value = self.module(z, self.target)
        with self.assertRaises(RuntimeError):  # a second derivative
            torch.autograd.grad(torch.autograd.grad(value, z, create_graph=True)[0].sum(), z)

    def test_layouts_and_types_of_predictions(self):
        exact = self.module(self.logits, self.target).item()
        wide = self.logits.repeat_interleave(2, dim=4)[..., ::2]
        self.assertFalse(wide.is_contiguous())
        for prediction in (wide, self.logits.to(memory_format=torch.channels_last_3d), self.logits.double()):
            z = prediction.detach().requires_grad_()
            value = self.module(z, self.target)
            with warnings.catch_warnings(record=True):  # PyTorch tells that a gradient has other strides
                value.backward()
            self.assertAlmostEqual(value.item(), exact, places=6)
            self.assertEqual((z.grad.dtype, z.grad.shape), (z.dtype, z.shape))
        for kind in (torch.half, torch.bfloat16):
            z = self.logits.to(kind).requires_grad_()
            value = self.module(z, self.target)
            value.backward()
            self.assertEqual((value.dtype, z.grad.dtype), (torch.float32, kind))
            self.assertEqual(value.item(), self.module(z.detach().float(), self.target).item())

    def test_nothing_is_copied_and_inputs_stay_as_they_are(self):
        before = self.logits.clone(), self.target.clone()
        z = self.logits.requires_grad_()
        self.module(z, self.target).backward()
        self.assertTrue(torch.equal(self.logits, before[0]) and torch.equal(self.target, before[1]))
        result = lossscope.evaluate(self.target[0, 0], self.logits.detach()[0, 0], kind="logit")
        self.assertTrue(np.shares_memory(result.case.prediction, self.logits.detach().numpy()))
        self.assertTrue(np.shares_memory(result.case.mask, self.target.numpy()))
        result = lossscope.evaluate(self.target[0, 0].bool(), self.logits.detach()[0, 0], kind="logit")
        self.assertTrue(np.shares_memory(result.case.prediction, self.logits.detach().numpy()))

    def test_parameters_are_set_between_epochs(self):
        module = lossscope.torch.Loss("1*dice+1*bce", kind="logit", parameters={"dice.smooth_nr": 0})
        first = module(self.logits, self.target).item()
        self.assertIs(module.set({"dice.weight": 0.25, "bce.weight": 0}), module)
        self.assertEqual(module.loss, "0.25*dice+0*bce")
        self.assertEqual((module.values["dice.smooth_nr"], module.values["dice.weight"]), (0, 0.25))
        self.assertLess(module(self.logits, self.target).item(), first)
        with self.assertRaisesRegex(ValueError, "dice.weight cannot be '-1'"):
            module.set({"dice.weight": -1})
        self.assertEqual(module.loss, "0.25*dice+0*bce")

    def test_it_is_copied_saved_and_printed_as_modules_are(self):
        module = lossscope.torch.Loss("2*dice+1*bce", kind="logit", parameters={"dice.smooth_nr": 3})
        file = io.BytesIO()
        torch.save(torch.nn.Sequential(module), file)
        file.seek(0)
        for other in (
            copy.deepcopy(module),
            pickle.loads(pickle.dumps(module)),
            torch.load(file, weights_only=False)[0],
        ):
            self.assertEqual(other(self.logits, self.target), module(self.logits, self.target))
            self.assertEqual(other.values, module.values)
        self.assertIn("2*dice+1*bce", repr(module))
        self.assertEqual(list(module.parameters()), [])


class Refusals(unittest.TestCase):
    def test_what_does_not_fit(self):
        target, logits = batch(2)
        module = lossscope.torch.Loss("dice", kind="logit")
        for prediction, truth, error, text in (
            (logits[0], target[0], ValueError, r"\(B, 1, z, y, x\)"),
            (logits[0, 0], target[0, 0], ValueError, r"\(B, 1, z, y, x\)"),
            (logits.repeat(1, 2, 1, 1, 1), target, ValueError, "two channels"),
            (logits, target[:1], ValueError, "target must be of the prediction's shape"),
            (logits, target[..., 1:], ValueError, "target must be of the prediction's shape"),
            (logits[:0], target[:0], ValueError, "no voxels"),
            (logits[..., :0], target[..., :0], ValueError, "no voxels"),
            (logits.numpy(), target, TypeError, "must be a tensor, not ndarray"),
            (logits, target.numpy(), TypeError, "must be a tensor, not ndarray"),
            (logits.long(), target, TypeError, "floats"),
            (logits.to(torch.complex64), target, TypeError, "real"),
            (logits.to_sparse(), target, TypeError, "to_dense"),
            (logits.to("meta"), target, TypeError, "meta.*CPU"),
            (logits, torch.rand(target.shape), ValueError, "whole numbers"),
        ):
            with self.assertRaisesRegex(error, text):
                module(prediction, truth)

    def test_numbers_that_are_none_and_no_probabilities(self):
        target, logits = batch(2)
        with self.assertRaises(lossscope.Refused) as caught:
            lossscope.torch.Loss("dice")(logits, target)
        self.assertEqual(caught.exception.code, "E_RANGE")
        logits[1, 0, 2, 3, 4] = float("nan")
        with self.assertRaises(lossscope.Refused) as caught:
            lossscope.torch.Loss("dice", kind="logit")(logits, target)
        self.assertEqual(caught.exception.code, "E_PREDICTION_NAN")

    def test_wrong_arguments(self):
        for asked, error in (
            ({"loss": "dyce"}, ValueError),
            ({"kind": "z"}, ValueError),
            ({"batch": "all"}, ValueError),
            ({"parameters": {"gamma": 1}}, ValueError),
            ({"preset": "none"}, ValueError),
            ({"parameters": 3}, TypeError),
        ):
            with self.assertRaises(error, msg=str(asked)):
                lossscope.torch.Loss(**asked)

    def test_tensors_that_evaluate_cannot_take(self):
        target, logits = batch(1)
        with self.assertRaisesRegex(TypeError, "detach"):
            lossscope.evaluate(target[0, 0], logits[0, 0].clone().requires_grad_(), kind="logit")
        lossscope.evaluate(target[0, 0], logits[0, 0].clone().requires_grad_().detach(), kind="logit")
        with self.assertRaises(TypeError):
            lossscope.evaluate(target[0, 0], logits[0, 0].to("meta"), kind="logit")


if __name__ == "__main__":
    unittest.main()
