# SPDX-License-Identifier: Apache-2.0
"""The examples of resources/manual/python.md and of README.md, run as they stand there.

MONAI, ignite, nnU-Net and Lightning are not in Debian: small stand-ins have what the examples use of them, called in
the order in which those libraries call it.
"""
import contextlib
import io
import pathlib
import re
import sys
import types
import unittest

import cases
import lossscope
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANUAL, README = ROOT / "resources/manual/python.md", ROOT / "README.md"


def example(word, page=MANUAL, **names):
    """What the one example of a page that has a word defines, given some names; its prints go nowhere."""
    blocks = [block for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.S) if word in block]
    assert len(blocks) == 1, (word, len(blocks))
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(blocks[0], str(page), "exec"), names)  # noqa: S102
    names["said"] = said.getvalue()
    return types.SimpleNamespace(**{name: value for name, value in names.items() if not name.startswith("__")})


@contextlib.contextmanager
def stand_in(name, **members):
    """A module that the examples can import, and its packages."""
    parts = name.split(".")
    names = [".".join(parts[: end + 1]) for end in range(len(parts))]
    for each in names:
        sys.modules[each] = types.ModuleType(each)
    for member, value in members.items():
        setattr(sys.modules[name], member, value)
    for package, inside in zip(names, names[1:]):
        setattr(sys.modules[package], inside.rsplit(".", 1)[1], sys.modules[inside])
    try:
        yield
    finally:
        for each in names:
            del sys.modules[each]


class Numpy(unittest.TestCase):
    def test_the_first_example(self):
        shown = example("probability[14:30")
        self.assertIn("2*dice+1*bce", shown.said)
        self.assertIn("hausdorff", [line.split()[0] for line in shown.said.splitlines()])
        self.assertEqual(shown.mask[shown.worst], 0 if shown.probability[shown.worst] > 0.5 else 1)
        self.assertGreater(shown.strongest, 0)
        self.assertGreater(shown.result.metrics["hausdorff95"], 2)


try:
    import torch
except ImportError:
    torch = None


@unittest.skipIf(torch is None, "no PyTorch for this interpreter")
class Training(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        made = [cases.ball((8, 10, 12), seed) for seed in range(4)]
        self.masks = torch.from_numpy(np.stack([mask for mask, _ in made])[:, None])
        noise = torch.from_numpy(np.random.default_rng(1).normal(0, 0.3, self.masks.shape)).float()
        self.images = self.masks.float() + noise
        self.logits = torch.from_numpy(np.stack([logits for _, logits in made])[:, None])

    def test_the_readmes_example(self):
        network = torch.nn.Conv3d(1, 1, 3, padding=1)
        mask, logits = self.masks[0, 0].numpy(), self.logits[0, 0].numpy()
        shown = example(
            "criterion", README, mask=mask, prediction=logits, network=network, images=self.images, masks=self.masks
        )
        self.assertGreater(network.weight.grad.abs().max().item(), 0)
        expected = 2 * cases.dice(mask, cases.sigmoid(logits)) + np.mean(cases.cross_entropies(mask, logits))
        self.assertAlmostEqual(shown.result.value, expected, places=6)

    def test_the_plain_loop_learns(self):
        network = torch.nn.Sequential(
            torch.nn.Conv3d(1, 4, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv3d(4, 1, 3, padding=1)
        )
        pairs = list(zip(self.images.split(2), self.masks.split(2)))
        before = np.mean(
            [
                lossscope.evaluate(mask[0, 0], network(image)[0, 0].detach(), kind="logit").metrics["dice"]
                for image, mask in pairs
            ]
        )
        example("def train").train(network, pairs, 80)
        after = np.mean(
            [
                lossscope.evaluate(mask[0, 0], network(image)[0, 0].detach(), kind="logit").metrics["dice"]
                for image, mask in pairs
            ]
        )
        self.assertGreater(after, max(before, 0.8))

    def test_the_handler_for_monai(self):
        class Engine:
            """ignite's: handlers by event, called with the engine."""

            def __init__(self):
                self.handlers, self.state = [], types.SimpleNamespace(output=None)

            def add_event_handler(self, event, handler):
                self.handlers.append((event, handler))

            def run(self, batches):
                for self.state.output in batches:
                    for event, handler in self.handlers:
                        assert event == "iteration_completed"
                        handler(self)

        with stand_in("ignite.engine", Events=types.SimpleNamespace(ITERATION_COMPLETED="iteration_completed")):
            handler = example("LossScopeHandler").LossScopeHandler()
        engine = Engine()
        handler.attach(engine)
        items = [{"pred": pred, "label": label} for pred, label in zip(self.logits, self.masks)]
        engine.run([items[:2], items[2:]])
        self.assertEqual(len(handler.rows), 4)
        for row, mask, logits in zip(handler.rows, self.masks.numpy()[:, 0], self.logits.numpy()[:, 0]):
            self.assertAlmostEqual(row["bce"], np.mean(cases.cross_entropies(mask, logits)), places=6)
            self.assertAlmostEqual(row["dice"], cases.dice(mask, cases.sigmoid(logits)), places=6)
            self.assertAlmostEqual(row["loss"], row["dice"] + row["bce"], places=6)
            overlap = 2 * np.sum(mask * (logits > 0)) / (mask.sum() + np.sum(logits > 0))
            self.assertAlmostEqual(row["metric.dice"], overlap, places=12)

    def test_the_trainer_for_nnunet(self):
        class Trainer:
            """nnU-Net's: what its constructor sets, and how a step calls the loss."""

            def __init__(self, plans, configuration, fold, dataset_json, device=None):
                self.enable_deep_supervision = True
                self.network = torch.nn.Conv3d(1, 2, 3, padding=1)

            def initialize(self):
                self.loss = self._build_loss()
                self.optimizer = torch.optim.SGD(self.network.parameters(), 0.5)

            def train_step(self, batch):
                self.optimizer.zero_grad()
                output = self.network(batch["data"])
                loss = self.loss([output] if self.enable_deep_supervision else output, batch["target"])
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.network.parameters(), 12)
                self.optimizer.step()
                return {"loss": loss.detach().cpu().numpy()}

        with stand_in("nnunetv2.training.nnUNetTrainer.nnUNetTrainer", nnUNetTrainer=Trainer):
            trainer = example("nnUNetTrainerLossScope").nnUNetTrainerLossScope({}, "3d_fullres", 0, {}, device="cpu")
        trainer.initialize()
        batch = {"data": self.images, "target": self.masks.to(torch.int16)}
        with torch.no_grad():
            output = trainer.network(self.images)
            p = torch.softmax(output.double(), 1)[:, 1].numpy()
        masks = self.masks.numpy()[:, 0]
        dice = np.mean([cases.dice(mask, each, 1e-5) for mask, each in zip(masks, p)])
        entropy = torch.nn.functional.cross_entropy(output.double(), self.masks[:, 0].long()).item()
        losses = [float(trainer.train_step(batch)["loss"]) for _ in range(20)]
        self.assertAlmostEqual(losses[0], dice + entropy, places=5)
        self.assertLess(losses[-1], losses[0])

    def test_the_callback_for_lightning(self):
        logged = []
        module = types.SimpleNamespace(log=lambda name, value: logged.append((name, value)))
        with stand_in("lightning.pytorch", Callback=type("Callback", (), {})):
            callback = example("LossScopeCallback").LossScopeCallback()
        callback.on_validation_batch_end(None, module, {"logits": self.logits}, {"mask": self.masks}, 0)
        self.assertEqual([name for name, _ in logged], ["scope/dice", "scope/hausdorff"] * 4)
        for at, (mask, logits) in enumerate(zip(self.masks.numpy()[:, 0], self.logits.numpy()[:, 0])):
            self.assertAlmostEqual(logged[2 * at][1], cases.dice(mask, cases.sigmoid(logits)), places=6)
        logged.clear()
        callback.on_validation_batch_end(None, module, {"logits": self.logits[:1]}, {"mask": self.masks[:1] * 0}, 0)
        self.assertEqual([name for name, _ in logged], ["scope/dice"])


if __name__ == "__main__":
    unittest.main()
