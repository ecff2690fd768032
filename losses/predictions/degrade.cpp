// SPDX-License-Identifier: Apache-2.0
#include "losses/predictions/degrade.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "losses/fields/distance.h"
#include "losses/outputs.h"
#include "losses/parallel.h"
#include "losses/predictions/components.h"

namespace lossscope {
namespace {

constexpr float kFar = 1e9F;  // mm; the distance to a class that does not occur, finite so that it can be interpolated

/// splitmix64 finaliser: neighbouring inputs give unrelated outputs.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

/// A standard normal number that depends on the voxel and the seed alone (Box-Muller on two 24-bit uniforms).
float normal(std::uint64_t voxel, std::uint64_t hashed_seed) {
  const std::uint64_t bits = mixed(voxel ^ hashed_seed);
  constexpr float kUnit = 1.0F / 16777216.0F;
  const float u = (static_cast<float>(bits >> 40) + 1.0F) * kUnit;  // (0, 1]: its logarithm is finite
  const float angle = static_cast<float>((bits >> 8) & 0xFFFFFF) * kUnit * 2.0F * std::numbers::pi_v<float>;
  return std::sqrt(-2.0F * std::log(u)) * std::cos(angle);
}

/// Where a shifted voxel is sampled along one axis: between `base` and `base + 1` voxels further, `share` of the
/// latter.
struct Offset {
  std::int64_t base = 0;
  float share = 0;
};

Offset offset_of(double shift, double spacing) {
  const double voxels = -shift / spacing;
  const double nearest = std::round(voxels);
  if (std::abs(voxels - nearest) < 1e-6) {
    return {static_cast<std::int64_t>(nearest), 0.0F};
  }
  const double below = std::floor(voxels);
  return {static_cast<std::int64_t>(below), static_cast<float>(voxels - below)};
}

std::int64_t clamped(std::int64_t index, std::int64_t size) { return std::clamp<std::int64_t>(index, 0, size - 1); }

/// The mask, its voxels that do not count in the class that is nearer to them (mm): no boundary may run along them, and
/// what is shifted from there is no error.
Volume completed(const Volume& mask, const Volume& counts) {
  if (counts.empty()) {
    return mask;
  }
  Volume made = make_output(mask.grid, VoxelType::uint8), background = make_output(mask.grid, VoxelType::uint8);
  const auto label = mask.voxels<std::uint8_t>(), counted = counts.voxels<std::uint8_t>(),
             out = made.voxels<std::uint8_t>(), outside = background.voxels<std::uint8_t>();
  for (std::size_t i = 0; i < label.size(); ++i) {
    outside[i] = counted[i] != 0 && label[i] == 0 ? 1 : 0;
  }
  const Volume to_mask = distance_to(mask, mask.grid.spacing), to_outside = distance_to(background, mask.grid.spacing);
  for (std::size_t i = 0; i < label.size(); ++i) {
    const bool inside = to_mask.voxels<float>()[i] < to_outside.voxels<float>()[i];
    out[i] = counted[i] != 0 ? label[i] : std::uint8_t{inside};
  }
  return made;
}

}  // namespace

struct Degrader::State {
  Volume mask, counts;
  Components components;
  std::vector<bool> dropped;  ///< of the components that `distance` was made from
  Volume distance;            ///< mm to the faces between the classes, negative inside

  /// Which components `degradation` leaves out.
  [[nodiscard]] std::vector<bool> choose_dropped(const Degradation& degradation) const;
  void prepare(const Degradation& degradation, int threads, const std::stop_token& stop);
  /// Prediction of voxels (i, j, k) ... (i + n - 1, j, k), n the size of `out`.
  void run(const Degradation& degradation, std::array<std::int64_t, 3> at, std::span<float> out) const;
  void sample(const Degradation& degradation, std::array<std::int64_t, 3> at, std::span<float> out) const;
  void keep_uncounted(std::array<std::int64_t, 3> at, std::span<float> out) const;
};

std::vector<bool> Degrader::State::choose_dropped(const Degradation& degradation) const {
  std::vector<bool> chosen(components.count, false);
  const auto share = std::clamp(degradation.drop, 0.0, 1.0);
  const std::int64_t left_out = std::llround(share * static_cast<double>(components.count));
  if (left_out == 0) {
    return chosen;
  }
  std::vector<std::pair<std::uint64_t, std::int64_t>> order;
  for (std::int64_t component = 0; component < components.count; ++component) {
    order.emplace_back(mixed(static_cast<std::uint64_t>(component) ^ mixed(degradation.seed)), component);
  }
  std::sort(order.begin(), order.end());
  for (std::int64_t at = 0; at < left_out; ++at) {
    chosen[order[at].second] = true;
  }
  return chosen;
}

void Degrader::State::prepare(const Degradation& degradation, int threads, const std::stop_token& stop) {
  std::vector<bool> wanted = choose_dropped(degradation);
  if (!distance.empty() && wanted == dropped) {
    return;
  }
  Volume kept = make_volume(mask.grid, VoxelType::uint8);
  const auto voxels = kept.voxels<std::uint8_t>();
  std::int64_t inside = 0;
  for (const Run& part : components.runs) {
    if (!wanted[part.component]) {
      std::fill_n(voxels.begin() + part.begin, part.length, std::uint8_t{1});
      inside += part.length;
    }
  }
  Volume map = signed_distance(kept, mask.grid.spacing, threads, stop);
  const auto values = map.voxels<float>();
  if (inside == 0 || inside == mask.grid.voxels()) {
    std::fill(values.begin(), values.end(), inside == 0 ? kFar : -kFar);
  } else {
    // The distance ends at the other class's voxel centre; the face lies half a voxel before it.
    const auto& spacing = mask.grid.spacing;
    const auto half = static_cast<float>(0.5 * std::min({spacing[0], spacing[1], spacing[2]}));
    std::transform(values.begin(), values.end(), values.begin(),
                   [half](float d) { return d < 0 ? d + half : d - half; });
  }
  distance = std::move(map);
  dropped = std::move(wanted);
}

void Degrader::State::sample(const Degradation& degradation, std::array<std::int64_t, 3> at,
                             std::span<float> out) const {
  const Grid& grid = mask.grid;
  const auto source = distance.voxels<float>();
  std::array<Offset, 3> offsets;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    offsets[axis] = offset_of(degradation.shift[axis], grid.spacing[axis]);
  }
  const auto& [along, across, through] = offsets;
  std::fill(out.begin(), out.end(), 0.0F);
  for (std::int64_t corner = 0; corner < 4; ++corner) {
    const std::int64_t j_step = corner % 2, k_step = corner / 2;
    const float weight = (j_step ? across.share : 1 - across.share) * (k_step ? through.share : 1 - through.share);
    if (weight == 0) {
      continue;
    }
    const float* row = source.data() + grid.offset(0, clamped(at[1] + across.base + j_step, grid.size[1]),
                                                   clamped(at[2] + through.base + k_step, grid.size[2]));
    const std::int64_t count = static_cast<std::int64_t>(out.size());
    for (std::int64_t x = 0; x < count; ++x) {
      const std::int64_t i = at[0] + x + along.base;
      const float near = row[clamped(i, grid.size[0])], next = row[clamped(i + 1, grid.size[0])];
      out[x] += weight * (near + along.share * (next - near));
    }
  }
}

void Degrader::State::run(const Degradation& degradation, std::array<std::int64_t, 3> at, std::span<float> out) const {
  sample(degradation, at, out);
  const auto dilate = static_cast<float>(degradation.dilate);
  if (degradation.soften > 0) {
    const auto scale = static_cast<float>(1.0 / degradation.soften);
    for (float& value : out) {
      value = 1.0F / (1.0F + std::exp((value - dilate) * scale));
    }
  } else {
    for (float& value : out) {
      value = value <= dilate ? 1.0F : 0.0F;
    }
  }
  if (degradation.noise > 0) {
    const auto deviation = static_cast<float>(degradation.noise);
    const std::uint64_t seed = mixed(~degradation.seed);
    auto voxel = static_cast<std::uint64_t>(mask.grid.offset(at[0], at[1], at[2]));
    for (float& value : out) {
      value = std::clamp(value + deviation * normal(voxel++, seed), 0.0F, 1.0F);
    }
  }
  if (degradation.doubt > 0) {
    const auto doubt = static_cast<float>(degradation.doubt);
    for (float& value : out) {
      value = std::clamp(value, doubt, 1 - doubt);
    }
  }
  keep_uncounted(at, out);
}

void Degrader::State::keep_uncounted(std::array<std::int64_t, 3> at, std::span<float> out) const {
  if (counts.empty()) {
    return;
  }
  const auto begin = static_cast<std::size_t>(mask.grid.offset(at[0], at[1], at[2]));
  const auto counted = counts.voxels<std::uint8_t>().subspan(begin, out.size());
  const auto label = mask.voxels<std::uint8_t>().subspan(begin, out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = counted[i] != 0 ? out[i] : static_cast<float>(label[i]);
  }
}

Degrader::Degrader(Volume mask, Volume counts) : state_(std::make_shared<State>()) {
  state_->components = connected_components(completed(mask, counts));
  state_->mask = std::move(mask);
  state_->counts = std::move(counts);
}

Volume Degrader::volume(const Degradation& degradation, int threads, std::stop_token stop) {
  state_->prepare(degradation, threads, stop);
  const Grid& grid = state_->mask.grid;
  Volume prediction = make_output(grid, VoxelType::float32);
  const auto values = prediction.voxels<float>();
  constexpr std::int64_t kRowsPerBlock = 64;
  const std::int64_t rows = grid.size[1] * grid.size[2];
  parallel_pieces(rows, kRowsPerBlock, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      state_->run(degradation, {0, row % grid.size[1], row / grid.size[1]},
                  values.subspan(row * grid.size[0], grid.size[0]));
    }
  });
  return prediction;
}

void Degrader::plane(const Degradation& degradation, Plane plane, std::span<float> out, std::stop_token stop) {
  state_->prepare(degradation, 0, stop);
  const auto& size = state_->mask.grid.size;
  const std::int64_t width = plane.axis == 0 ? size[1] : size[0];
  const std::int64_t height = plane.axis == 2 ? size[1] : size[2];
  if (plane.index < 0 || plane.index >= size[plane.axis] || static_cast<std::int64_t>(out.size()) != width * height) {
    throw std::invalid_argument("Degrader::plane: no such plane, or not room for exactly its voxels");
  }
  for (std::int64_t y = 0; y < height; ++y) {
    const auto row = out.subspan(y * width, width);
    if (plane.axis == 0) {
      for (std::int64_t x = 0; x < width; ++x) {
        state_->run(degradation, {plane.index, x, y}, row.subspan(x, 1));
      }
    } else {
      state_->run(degradation, {0, plane.axis == 2 ? y : plane.index, plane.axis == 2 ? plane.index : y}, row);
    }
  }
}

std::int64_t Degrader::components() const { return state_->components.count; }

}  // namespace lossscope
