// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "losses/declaration.h"
#include "losses/volume.h"

namespace lossscope {

/// Thrown when a stop token asked a long computation to end.
struct Cancelled : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

enum class PredictionKind : std::uint8_t { probability, logit };

/// What a loss is evaluated on: mask uint8 in {0, 1}, prediction float32 (probabilities in [0, 1], or logits), both
/// on the same grid. `spacing` is what distances are measured in (the grid's, or 1 1 1 for voxel units).
struct Problem {
  Volume mask;  ///< 0 where a voxel does not count
  Volume prediction;
  PredictionKind kind = PredictionKind::probability;
  std::array<double, 3> spacing{1, 1, 1};
  /// uint8: 1 for a voxel that counts, 0 for one that does not (losses.md section 6): it is in no sum, no number of
  /// voxels and no field, and its maps are 0. Empty where all count, which costs nothing.
  Volume counts{};

  /// The first voxel of `counts`; null where all count.
  [[nodiscard]] const std::uint8_t* counted() const {
    return counts.empty() ? nullptr : counts.voxels<std::uint8_t>().data();
  }
};

/// Whether two problems are the same buffers, read alike.
[[nodiscard]] bool same_inputs(const Problem& a, const Problem& b);

/// An auxiliary field: a float32 map on the problem's grid and up to four numbers beside it. What a GPU computed stays
/// there: `map` has a grid but no voxels then, and `resident` is for the driver that made it (Driver::field_map).
struct Field {
  Volume map;
  std::array<double, 4> scalars{};
  std::shared_ptr<void> resident{};
};
using FieldPtr = std::shared_ptr<const Field>;

/// Computes fields and keeps them until the data they depend on change.
class FieldCache {
 public:
  using Compute = std::function<Field(const FieldRequest&, const Problem&, const std::stop_token&)>;

  FieldCache();  ///< of fields that the processor computes
  explicit FieldCache(Compute compute) : compute_(std::move(compute)) {}

  /// The field for `request` on `problem`; computed at most once for the same buffers and spacing.
  /// Throws Cancelled.
  FieldPtr get(const FieldRequest& request, const Problem& problem, std::stop_token stop = {});
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    FieldRequest request;
    std::shared_ptr<void> mask, prediction, counts;  // keeps them alive, so that an address cannot be reused
    std::array<double, 3> spacing;
    PredictionKind kind;
    FieldPtr field;
  };
  Compute compute_;
  std::vector<Entry> entries_;
};

/// The value of a loss, and all that is needed to map any voxel without visiting the others.
struct Reduction {
  double value = 0;
  double voxels = 0, positives = 0;  ///< N and n1, of the voxels that count
  std::vector<double> sums;          ///< what `terms` added up
  std::vector<double> coefficients;  ///< what `effect` needs
  std::vector<Reduction> parts;      ///< those of the parts, where the loss is a sum (losses/sum.h)
  std::string blind;                 ///< says why the loss cannot see an error that is there; empty when it can
  double seconds = 0;
};

enum class MapKind : std::uint8_t { contribution, gradient_probability, gradient_logit, counterfactual };

/// The plane of voxels whose coordinate along `axis` (0 i, 1 j, 2 k) is `index`.
struct Plane {
  int axis = 2;
  std::int64_t index = 0;
};

/// Where the voxels of a plane lie in a volume: begin + x * along + y * across, x < width the lower of the two axes.
struct PlaneLayout {
  std::int64_t begin = 0, along = 1, across = 1, width = 0, height = 0;
  bool operator==(const PlaneLayout&) const = default;
};
[[nodiscard]] PlaneLayout plane_layout(const Grid& grid, Plane plane);

/// One loss of the registry, its types erased. Parameters are given in the order of `parameters`.
class Loss {
 public:
  virtual ~Loss() = default;
  [[nodiscard]] virtual const Declaration& declaration() const = 0;
  [[nodiscard]] virtual std::span<const ParameterInfo> parameters() const = 0;
  [[nodiscard]] virtual std::vector<FieldRequest> fields(std::span<const double> parameters) const = 0;

  /// Adds up the whole volume and finishes. `threads` 0 means all. Bit-identical for any number of threads.
  /// Throws Cancelled, std::invalid_argument when grids or types do not fit.
  [[nodiscard]] virtual Reduction reduce(std::span<const double> parameters, const Problem& problem,
                                         std::span<const FieldPtr> fields, int threads = 0,
                                         std::stop_token stop = {}) const = 0;
  /// The reduction after a change of parameters that do not enter `terms`: no voxel is visited.
  [[nodiscard]] virtual Reduction finish(std::span<const double> parameters, const Problem& problem,
                                         std::span<const FieldPtr> fields, const Reduction& previous) const = 0;
  /// `reduce` and `map_volume`; where a driver can, in one pass over memory, with the same bits.
  [[nodiscard]] virtual Reduction evaluate(std::span<const double> parameters, const Problem& problem,
                                           std::span<const FieldPtr> fields, std::span<const MapKind> kinds,
                                           std::span<const std::span<float>> out, int threads = 0,
                                           std::stop_token stop = {}) const;
  /// Whether voxels are read where they lie in this machine's memory, and not copied to a device first.
  [[nodiscard]] virtual bool runs_on_host() const { return true; }
  /// Whether a map of this kind can be made from these fields.
  [[nodiscard]] virtual bool has_map(MapKind /*kind*/, std::span<const FieldPtr> /*fields*/) const { return true; }
  /// Maps of one plane, in memory order of the two remaining axes (the lower axis fastest), for each kind in
  /// `kinds` into the span at the same place of `out`.
  virtual void map_plane(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                         const Reduction& reduction, Plane plane, std::span<const MapKind> kinds,
                         std::span<const std::span<float>> out) const = 0;
  /// Maps of voxels [begin, begin + n) in memory order, n the size of each span of `out`.
  virtual void map_range(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                         const Reduction& reduction, std::int64_t begin, std::span<const MapKind> kinds,
                         std::span<const std::span<float>> out) const = 0;
  /// Maps of the whole volume with `threads` threads. Throws Cancelled.
  virtual void map_volume(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                          const Reduction& reduction, std::span<const MapKind> kinds,
                          std::span<const std::span<float>> out, int threads = 0, std::stop_token stop = {}) const;

  [[nodiscard]] std::vector<double> defaults() const;
  /// The position of a parameter, or nullopt.
  [[nodiscard]] std::optional<std::size_t> parameter(std::string_view id) const;
};

/// Throws std::invalid_argument where a loss cannot be evaluated: grids or types that do not fit, too few parameters or
/// fields.
void check_inputs(const Loss& loss, std::span<const double> parameters, const Problem& problem,
                  std::span<const FieldPtr> fields);

/// Throws std::invalid_argument where a map of a volume has not `voxels` numbers.
void check_map_sizes(std::span<const std::span<float>> maps, std::int64_t voxels);
/// The parts of maps that belong to voxels [begin, end).
[[nodiscard]] std::vector<std::span<float>> parts_of(std::span<const std::span<float>> maps, std::int64_t begin,
                                                     std::int64_t end);

/// All losses, in the order of losses.md. Never empty, valid for the life of the program.
[[nodiscard]] std::span<const Loss* const> all_losses();
/// The loss with this id, or nullptr; of "dice+bce" their weighted sum (losses/sum.h), which is not in `all_losses`.
[[nodiscard]] const Loss* find_loss(std::string_view id);

}  // namespace lossscope
