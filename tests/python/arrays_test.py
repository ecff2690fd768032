# SPDX-License-Identifier: Apache-2.0
"""How arrays may come to lossscope.evaluate, and what goes on while it computes."""
import concurrent.futures
import signal
import sys
import threading
import unittest

import cases
import lossscope
import numpy as np
from lossscope import _arrays, _kernels


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


if __name__ == "__main__":
    unittest.main()
