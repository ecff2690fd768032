// SPDX-License-Identifier: Apache-2.0
// The engine with the CUDA driver, whose kernels run on the host here: the same frames, and what happens when it fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <new>

#include "app/engine/frame_computer.h"
#include "losses/drivers/cuda/device_loss.h"
#include "losses/drivers/cuda/forwarding_backend.h"
#include "losses/drivers/cuda/host_backend.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

constexpr std::size_t kVoxels = 24 * 20 * 16;
constexpr std::size_t kCase = kVoxels * 5;  ///< bytes of a mask and a prediction

/// `backend` as "cuda:0", chosen.
DeviceChoice device_of(const std::shared_ptr<cuda::Backend>& backend) {
  DeviceChoice choice([backend](const std::string& id) -> std::shared_ptr<Driver> {
    if (id != "cuda:0") {
      throw DeviceFailure(id + ": there is no such GPU");
    }
    return cuda::make_device_driver(backend);
  });
  choice.choose("cuda:0");
  return choice;
}

void expect_close(const std::vector<float>& found, const std::vector<float>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  float largest = 0;
  for (const float value : expected) {
    largest = std::max(largest, std::abs(value));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], 1e-6F * largest);
  }
}

TEST(EngineOnADevice, FramesAreThoseOfTheCpu) {
  MemoryCase files;
  const auto backend = cuda::make_host_backend();
  FrameComputer device(1, files.sources(), FrameComputer::kLarge, device_of(backend));
  FrameComputer processor(1, files.sources());
  for (const Loss* loss : all_losses()) {
    for (const auto layer : {OverlayLayer::contribution, OverlayLayer::gradient, OverlayLayer::counterfactual,
                             OverlayLayer::field, OverlayLayer::distance}) {
      Session session = MemoryCase::session();
      session.loss.id = std::string(loss->declaration().id);
      session.look.layer = layer;
      SCOPED_TRACE(session.loss.id);
      const auto found = device.compute(session);
      const auto expected = processor.compute(session);
      EXPECT_EQ(found->device, backend->info().name);
      EXPECT_EQ(expected->device, "CPU");
      EXPECT_TRUE(found->device_notice.empty()) << found->device_notice;
      EXPECT_NEAR(found->reduction->value, expected->reduction->value, 1e-6 * std::abs(expected->reduction->value));
      EXPECT_NEAR(found->distance_limit, expected->distance_limit, 1e-6);
      for (std::size_t view = 0; view < 3; ++view) {
        expect_close(found->views[view].overlay, expected->views[view].overlay);
      }
    }
  }
}

TEST(EngineOnADevice, ASliderMovesNoVolume) {
  MemoryCase files;
  const auto backend = cuda::make_host_backend();
  FrameComputer computer(1, files.sources(), FrameComputer::kLarge, device_of(backend));
  Session session = MemoryCase::session();
  session.loss.id = "focal";
  (void)computer.compute(session);
  EXPECT_EQ(backend->uploaded_bytes(), kCase);
  const std::size_t before = backend->downloaded_bytes();
  session.loss.parameters["focal"]["gamma"] = 3.5;
  session.look.crosshair = {3, 4, 5};
  (void)computer.compute(session);
  EXPECT_EQ(backend->uploaded_bytes(), kCase);
  EXPECT_LE(backend->downloaded_bytes() - before, (24 * 20 + 24 * 16 + 20 * 16) * sizeof(float) + 256);
}

TEST(EngineOnADevice, ShortMemoryFallsBackToTheCpuForThatLossAlone) {
  MemoryCase files;
  FrameComputer computer(1, files.sources(), FrameComputer::kLarge,
                         device_of(cuda::make_host_backend(cuda::ThreadOrder::forward, 2 * kCase)));
  Session session = MemoryCase::session();
  session.loss.id = "cmssl";
  const auto expected = FrameComputer(1, files.sources()).compute(session);
  for (int crosshair = 0; crosshair < 3; ++crosshair) {  // the second time without a new attempt
    session.look.crosshair[0] = crosshair;
    const auto frame = computer.compute(session);
    EXPECT_EQ(frame->device, "CPU");
    EXPECT_NE(frame->device_notice.find("not free"), std::string::npos) << frame->device_notice;
    EXPECT_EQ(frame->reduction->value, expected->reduction->value);
  }
  EXPECT_EQ(computer.work().reductions, 1) << "a crosshair must not add the volume up again";
  session.loss.id = "dice";
  const auto small = computer.compute(session);
  EXPECT_NE(small->device, "CPU");
  EXPECT_TRUE(small->device_notice.empty());
}

/// A device after an error that nothing on it survives: whatever is asked of it fails, giving memory back as well.
class LostBackend : public cuda::ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;
  void launch(int, const void*, std::int64_t) override { lost(); }
  void synchronize() override { lost(); }
  void trim() override { lost(); }

 private:
  [[noreturn]] static void lost() { throw DeviceFailure("an illegal address"); }
};

TEST(EngineOnADevice, TheCpuTakesOverFromALostDevice) {
  MemoryCase files;
  const auto backend = std::make_shared<LostBackend>(cuda::make_host_backend());
  FrameComputer computer(1, files.sources(), FrameComputer::kLarge, device_of(backend));
  for (const char* id : {"dice", "bce"}) {
    Session session = MemoryCase::session();
    session.loss.id = id;
    const auto frame = computer.compute(session);
    EXPECT_EQ(frame->device, "CPU");
    EXPECT_NE(frame->device_notice.find("an illegal address"), std::string::npos) << frame->device_notice;
    EXPECT_EQ(frame->reduction->value, FrameComputer(1, files.sources()).compute(session)->reduction->value);
  }
}

/// A device whose work needs more of this computer's memory than there is, outside of what the driver guards.
class StarvedDriver final : public Driver {
 public:
  [[nodiscard]] std::string id() const override { return to_->id(); }
  [[nodiscard]] std::string name() const override { return to_->name(); }
  [[nodiscard]] const Loss* loss(std::string_view id) const override { return to_->loss(id); }
  FieldPtr field(const FieldRequest&, const Problem&, std::stop_token) override { throw std::bad_alloc(); }
  [[nodiscard]] Volume field_map(const Field& field) const override { return to_->field_map(field); }
  void field_plane(const Field& field, Plane plane, std::span<float> out) const override {
    to_->field_plane(field, plane, out);
  }
  void clear() override { to_->clear(); }

 private:
  std::unique_ptr<Driver> to_ = cuda::make_device_driver(cuda::make_host_backend());
};

TEST(EngineOnADevice, TheCpuTakesOverWhereADeviceNeedsMoreOfTheComputersMemory) {
  MemoryCase files;
  DeviceChoice choice([](const std::string&) { return std::make_shared<StarvedDriver>(); });
  choice.choose("cuda:0");
  FrameComputer computer(1, files.sources(), FrameComputer::kLarge, std::move(choice));
  Session session = MemoryCase::session();
  session.loss.id = "hausdorff";
  const auto frame = computer.compute(session);
  EXPECT_EQ(frame->device, "CPU");
  EXPECT_NE(frame->device_notice.find("the computer's own memory"), std::string::npos) << frame->device_notice;
  EXPECT_EQ(frame->reduction->value, FrameComputer(1, files.sources()).compute(session)->reduction->value);
}

TEST(EngineOnADevice, AMissingDeviceIsSaidAndTheCpuComputes) {
  MemoryCase files;
  FrameComputer computer(1, files.sources(), FrameComputer::kLarge, device_of(cuda::make_host_backend()));
  computer.choose_device("cuda:7");
  const auto frame = computer.compute(MemoryCase::session());
  EXPECT_EQ(frame->device, "CPU");
  EXPECT_EQ(frame->device_notice, "cuda:7: there is no such GPU");
  computer.choose_device("cuda:0");
  EXPECT_NE(computer.compute(MemoryCase::session())->device, "CPU");
  computer.choose_device("cpu");
  const auto back = computer.compute(MemoryCase::session());
  EXPECT_EQ(back->device, "CPU");
  EXPECT_TRUE(back->device_notice.empty());
}

TEST(EngineOnADevice, ADragIsPreviewedWithTheSameSums) {
  MemoryCase files;
  FrameComputer computer(1, files.sources(), FrameComputer::kLarge, device_of(cuda::make_host_backend()));
  Session session = MemoryCase::session();
  session.loss.id = "dice";
  const auto before = computer.compute(session);
  session.predict_from<FromMask>().degradation.shift = {2, 0, 0};
  std::shared_ptr<Frame> quick;
  const auto after = computer.compute(session, {}, {}, [&](std::shared_ptr<Frame> frame) { quick = std::move(frame); });
  ASSERT_TRUE(quick);
  EXPECT_EQ(quick->reduction->value, before->reduction->value);
  EXPECT_NE(after->reduction->value, before->reduction->value);
}

}  // namespace
}  // namespace lossscope
