// SPDX-License-Identifier: Apache-2.0
#include "python/kernels/inputs.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>

#include "basics/how_many.h"
#include "basics/number_text.h"
#include "losses/counts.h"
#include "losses/parallel.h"

namespace lossscope::python {
namespace {

constexpr std::int64_t kPiece = 1 << 18;
constexpr double kSlack = 1e-4;  // so far outside [0, 1] a value is rounding, not another meaning

/// What the numbers of a prediction are, of the voxels that count.
struct Values {
  float minimum = std::numeric_limits<float>::infinity(), maximum = -std::numeric_limits<float>::infinity();
  std::int64_t broken = 0;  ///< NaN or infinite
  std::int64_t unseen = 0;  ///< the same where it does not count
  std::int64_t first_broken = std::numeric_limits<std::int64_t>::max();

  void add(const Values& other) {
    minimum = std::min(minimum, other.minimum);
    maximum = std::max(maximum, other.maximum);
    broken += other.broken;
    unseen += other.unseen;
    first_broken = std::min(first_broken, other.first_broken);
  }
};

/// Voxel by voxel: what is needed where some do not count or are not finite.
Values looked_at(std::span<const float> voxels, const std::uint8_t* counts, std::int64_t begin) {
  Values values;
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    const bool counted = counts_at(counts, static_cast<std::int64_t>(i));
    if (!std::isfinite(voxels[i])) {
      ++(counted ? values.broken : values.unseen);
      if (counted) {
        values.first_broken = std::min(values.first_broken, begin + static_cast<std::int64_t>(i));
      }
    } else if (counted) {
      values.minimum = std::min(values.minimum, voxels[i]);
      values.maximum = std::max(values.maximum, voxels[i]);
    }
  }
  return values;
}

/// Whether all of them are finite: x - x is NaN, which a sum keeps, for whatever is not.
bool all_finite(std::span<const float> voxels) {
  constexpr std::size_t kLanes = 16;
  std::array<float, kLanes> odd{};
  std::size_t at = 0;
  for (; at + kLanes <= voxels.size(); at += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      odd[lane] += voxels[at + lane] - voxels[at + lane];
    }
  }
  return std::ranges::all_of(odd, [](float sum) { return sum == 0; }) &&
         std::ranges::all_of(voxels.subspan(at), [](float value) { return std::isfinite(value); });
}

/// The least and the largest of finite voxels.
Values range_of(std::span<const float> voxels) {
  constexpr std::size_t kLanes = 16;
  Values values;
  std::array<float, kLanes> low{}, high{};
  low.fill(values.minimum);
  high.fill(values.maximum);
  std::size_t at = 0;
  for (; at + kLanes <= voxels.size(); at += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float value = voxels[at + lane];
      low[lane] = value < low[lane] ? value : low[lane];
      high[lane] = value > high[lane] ? value : high[lane];
    }
  }
  for (; at < voxels.size(); ++at) {
    low[0] = std::min(low[0], voxels[at]);
    high[0] = std::max(high[0], voxels[at]);
  }
  values.minimum = *std::ranges::min_element(low);
  values.maximum = *std::ranges::max_element(high);
  return values;
}

/// The range only of probabilities: logits may be any finite numbers.
Values values_of(const Voxels<const float>& prediction, const std::uint8_t* counts, PredictionKind kind,
                 std::int64_t voxels, int threads) {
  Values all;
  std::mutex guard;
  parallel_pieces(voxels, kPiece, threads, {}, [&](std::int64_t begin, std::int64_t end) {
    const std::span<const float> piece(prediction.data + begin, static_cast<std::size_t>(end - begin));
    Values part;
    if (counts != nullptr || !all_finite(piece)) {
      part = looked_at(piece, counts == nullptr ? nullptr : counts + begin, begin);
    } else if (kind == PredictionKind::probability) {
      part = range_of(piece);
    }
    const std::lock_guard lock(guard);
    all.add(part);
  });
  return all;
}

std::string place_of(std::int64_t offset, const std::array<std::int64_t, 3>& size) {
  return "(" + std::to_string(offset / (size[1] * size[2])) + ", " + std::to_string(offset / size[2] % size[1]) + ", " +
         std::to_string(offset % size[2]) + ")";
}

/// Somebody else's memory as a volume, which reads it and does not keep it.
template <class T>
Volume view(const Grid& grid, const T* data) {
  // Nothing writes to a mask or a prediction: a Volume has no type for that.
  return {grid, VoxelTypeOf<T>::value, std::shared_ptr<void>(std::shared_ptr<void>(), const_cast<T*>(data))};
}

Grid grid_of(const std::array<std::int64_t, 3>& size, const std::array<double, 3>& spacing) {
  for (const double length : spacing) {
    if (!(length > 0) || !std::isfinite(length)) {
      throw std::invalid_argument("spacing must be lengths above 0 in millimetres, and one of them is " +
                                  shortest_text(length));
    }
  }
  Grid grid;
  std::ranges::reverse_copy(size, grid.size.begin());
  std::ranges::reverse_copy(spacing, grid.spacing.begin());
  return grid;
}

void check_size(const char* name, const std::array<std::int64_t, 3>& size, const Voxels<const std::uint8_t>& mask) {
  if (size != mask.size) {
    throw std::invalid_argument(std::string("mask and ") + name + " have different shapes");
  }
}

/// A copy with every value in [0, 1], and 0 where it is not finite, which is only where it does not count.
Volume settled(const Volume& prediction, PredictionKind kind, std::int64_t& clamped, const std::uint8_t* counts) {
  Volume copy = make_volume(prediction.grid, VoxelType::float32);
  const auto from = prediction.voxels<float>();
  const auto to = copy.voxels<float>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    const float value = std::isfinite(from[i]) ? from[i] : 0.0F;
    to[i] = kind == PredictionKind::logit ? value : std::clamp(value, 0.0F, 1.0F);
    clamped += to[i] != value && counts_at(counts, static_cast<std::int64_t>(i)) ? 1 : 0;
  }
  return copy;
}

void check_values(const Values& values, PredictionKind kind, const std::array<std::int64_t, 3>& size) {
  if (values.broken > 0) {
    throw Refusal("E_PREDICTION_NAN",
                  how_many(values.broken, "voxel of the prediction is", "voxels of the prediction are") +
                      " NaN or infinite, the first at " + place_of(values.first_broken, size) +
                      " of (z, y, x), and a loss over them has no value",
                  "repair the prediction, or let these voxels not count: give them a label of their own in the mask, "
                  "and name it with ignore");
  }
  const bool outside = values.minimum < -kSlack || values.maximum > 1 + kSlack;
  if (kind == PredictionKind::probability && outside) {
    throw Refusal("E_RANGE",
                  "the prediction's values run from " + voxel_text(values.minimum) + " to " +
                      voxel_text(values.maximum) + ", which are no probabilities",
                  "say kind=\"logit\" if the sigmoid is still to be applied, or bring them into 0 to 1");
  }
}

}  // namespace

bool is_binary(const Voxels<const std::uint8_t>& mask, int threads) {
  std::atomic<bool> binary{true};
  const std::int64_t voxels = mask.size[0] * mask.size[1] * mask.size[2];
  parallel_pieces(voxels, kPiece, threads, {}, [&](std::int64_t begin, std::int64_t end) {
    std::uint8_t all = 0;
    for (std::int64_t i = begin; i < end; ++i) {
      all = static_cast<std::uint8_t>(all | mask.data[i]);
    }
    if (all > 1) {
      binary = false;
    }
  });
  return binary;
}

Inputs checked_inputs(const Voxels<const std::uint8_t>& mask, const Voxels<const float>& prediction,
                      const std::optional<Voxels<const std::uint8_t>>& counts, PredictionKind kind,
                      const std::array<double, 3>& spacing, int threads) {
  check_size("prediction", prediction.size, mask);
  if (counts) {
    check_size("what counts", counts->size, mask);
  }
  const Grid grid = grid_of(mask.size, spacing);
  if (grid.empty()) {
    throw std::invalid_argument("mask and prediction have no voxels");
  }
  if (!is_binary(mask, threads) || (counts && !is_binary(*counts, threads))) {
    throw std::invalid_argument("a mask has the values 0 and 1");
  }
  Inputs inputs;
  inputs.problem = {view(grid, mask.data), view(grid, prediction.data), kind, grid.spacing, {}};
  if (counts) {
    inputs.problem.counts = view(grid, counts->data);
  }
  const Values values = values_of(prediction, inputs.problem.counted(), kind, grid.voxels(), threads);
  check_values(values, kind, mask.size);
  const bool outside = kind == PredictionKind::probability && (values.minimum < 0 || values.maximum > 1);
  if (outside || values.unseen > 0) {
    std::int64_t clamped = 0;
    inputs.problem.prediction = settled(inputs.problem.prediction, kind, clamped, inputs.problem.counted());
    if (clamped > 0) {
      inputs.assumptions.push_back({"W_CLAMPED", how_many(clamped, "voxel", "voxels") +
                                                     " of the prediction lay just outside [0, 1] and " +
                                                     (clamped == 1 ? "was" : "were") + " clamped"});
    }
  }
  return inputs;
}

}  // namespace lossscope::python
