// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "losses/drivers/cuda/device_fields.h"
#include "losses/drivers/cuda/device_loss.h"
#include "losses/sum.h"

namespace lossscope::cuda {
namespace {

class DeviceDriver final : public Driver {
 public:
  explicit DeviceDriver(std::shared_ptr<Backend> backend)
      : context_(std::make_shared<Context>(std::move(backend))), losses_(device_losses(context_)) {
    context_->set_forget([this] { forget(); });
  }
  /// Fields may live longer; what the device kept for the next one goes back now.
  ~DeviceDriver() override {
    try {
      DeviceDriver::clear();
    } catch (...) {  // nobody is left to be told
    }
  }

  [[nodiscard]] std::string id() const override { return "cuda:" + std::to_string(info().index); }
  [[nodiscard]] std::string name() const override { return info().name; }

  [[nodiscard]] const Loss* loss(std::string_view id) const override {
    const auto row = [this](std::string_view named) -> const Loss* {
      const auto found = std::ranges::find_if(losses_, [&](const auto& r) { return r->declaration().id == named; });
      return found == losses_.end() ? nullptr : found->get();
    };
    const Loss* loss = row(id);
    return loss != nullptr || id.find('+') == std::string_view::npos ? loss : sums_.get(id, row);
  }

  FieldPtr field(const FieldRequest& request, const Problem& problem, std::stop_token stop) override {
    const std::lock_guard lock(context_->mutex());
    return context_->with_room([&] { return fields_.get(request, problem, stop); });
  }

  [[nodiscard]] Volume field_map(const Field& field) const override {
    if (!field.resident) {
      return field.map;
    }
    const std::lock_guard lock(context_->mutex());
    return context_->with_room([&] {
      Volume map = make_volume(field.map.grid, VoxelType::float32);
      const auto voxels = map.voxels<float>();
      context_->backend().download(voxels.data(), field.resident.get(), voxels.size_bytes());
      return map;
    });
  }

  void field_plane(const Field& field, Plane plane, std::span<float> out) const override {
    const std::lock_guard lock(context_->mutex());
    const auto n = static_cast<std::int64_t>(out.size());
    context_->with_room([&] {
      const auto gathered = context_->allocate<float>(n);
      context_->each(n,
                     GatherPlane{context_->resident_map(field), gathered.get(), plane_layout(field.map.grid, plane)});
      context_->backend().download(out.data(), gathered.get(), out.size_bytes());
    });
  }

  std::optional<double> map_norm(const Evaluation& of, MapKind kind, const std::stop_token& stop) const override {
    return cuda::map_norm(*context_, of, kind, stop);
  }

  void clear() override {
    context_->window().clear();
    const std::lock_guard lock(context_->mutex());
    context_->with_room([&] { forget(); });
  }

 private:
  void forget() {
    fields_.clear();
    context_->clear();
  }
  [[nodiscard]] const CudaDevice& info() const { return context_->backend().info(); }

  std::shared_ptr<Context> context_;
  std::vector<std::unique_ptr<const Loss>> losses_;
  mutable SumShelf sums_;  ///< of this device's losses
  FieldCache fields_{[this](const FieldRequest& request, const Problem& problem, const std::stop_token& stop) {
    return compute_field(*context_, request, problem, stop);
  }};
};

}  // namespace

std::unique_ptr<Driver> make_device_driver(std::shared_ptr<Backend> backend) {
  return std::make_unique<DeviceDriver>(std::move(backend));
}

}  // namespace lossscope::cuda
