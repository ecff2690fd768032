// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/driver.h"

namespace lossscope {
namespace {

class CpuDriver final : public Driver {
 public:
  [[nodiscard]] std::string id() const override { return "cpu"; }
  [[nodiscard]] std::string name() const override { return "CPU"; }
  [[nodiscard]] const Loss* loss(std::string_view id) const override { return find_loss(id); }
  FieldPtr field(const FieldRequest& request, const Problem& problem, std::stop_token stop) override {
    return fields_.get(request, problem, std::move(stop));
  }
  [[nodiscard]] Volume field_map(const Field& field) const override { return field.map; }
  void field_plane(const Field& field, Plane plane, std::span<float> out) const override {
    const PlaneLayout layout = plane_layout(field.map.grid, plane);
    const auto voxels = field.map.voxels<float>();
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      out[i] = voxels[layout.begin + at % layout.width * layout.along + at / layout.width * layout.across];
    }
  }
  void clear() override { fields_ = {}; }

 private:
  FieldCache fields_;
};

}  // namespace

std::unique_ptr<Driver> make_cpu_driver() { return std::make_unique<CpuDriver>(); }

}  // namespace lossscope
