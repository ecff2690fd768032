// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <optional>
#include <vector>

#include "app/engine/point_values.h"
#include "app/engine/representatives.h"
#include "app/engine/value_range.h"

namespace lossscope {

/// Values of a volume, and how many voxels each stands for: 1/256 of a value is not told apart, but both ends are true.
struct ValueSample {
  std::vector<float> values;
  std::vector<std::int64_t> counts;
};
/// Looks at every voxel. Throws Cancelled.
[[nodiscard]] ValueSample sample_of(const RangeValues& values, std::int64_t voxels, int threads = 0,
                                    const std::stop_token& stop = {});

/// Each value over `by`, a norm; zeros where it is none.
[[nodiscard]] std::vector<float> divided(std::vector<float> values, double by);

/// The colours' ranges of a case's maps over the whole volume. The voxels that stand for all are found once for a
/// prediction (and the fields of a loss), after which a range costs as little as a few rows of a slice: it follows a
/// parameter that is dragged. Not for concurrent calls.
class RangeFinder {
 public:
  explicit RangeFinder(int threads = 0) : threads_(threads) {}

  /// Of a map of a loss. `locked`: one that a person chose, taken as it is. Throws Cancelled.
  [[nodiscard]] ValueRange of_map(const LossResultPtr& result, MapKind kind, const ColourRange& chosen,
                                  const std::stop_token& stop);
  /// Of the loss's first field; 0 to 1 where it has none.
  [[nodiscard]] ValueRange of_field(const LossResultPtr& result, const ColourRange& chosen,
                                    const std::stop_token& stop);
  /// Of a float32 volume that is signed, as logits are.
  [[nodiscard]] ValueRange of_volume(const Volume& volume, const ColourRange& chosen, const std::stop_token& stop);
  /// Of two gradients, each divided by its norm, and of the first minus the second: one range for all three. None where
  /// a GPU keeps a field.
  [[nodiscard]] std::optional<ValueRange> of_difference(const LossResult& first, double first_norm,
                                                        const LossResult& second, double second_norm, MapKind kind,
                                                        const ColourRange& chosen, const std::stop_token& stop);

  /// Drops what nobody asked for since the last call.
  void drop_unused();

 private:
  struct Known {
    Problem problem;  ///< kept alive, so that an address cannot be used again
    std::vector<FieldPtr> fields;
    Representatives voxels;
    bool used = true;
  };
  struct Sampled {
    std::shared_ptr<const void> of;
    MapKind kind;
    ValueSample sample;
    bool used = true;
  };
  struct Found {
    LossResultPtr of;  ///< kept alive, as above
    MapKind kind;
    ColourRange chosen;
    ValueRange range;
    bool used = true;
  };
  /// The next parameters need it again, also after frames that did not.
  void keep_what_it_was_found_by(const LossResultPtr& result);
  [[nodiscard]] ValueRange find_map(const LossResultPtr& result, MapKind kind, const ColourRange& chosen,
                                    const std::stop_token& stop);
  const Representatives& voxels_of(const Problem& problem, const std::vector<FieldPtr>& fields,
                                   const std::stop_token& stop);
  /// The sample that is kept for `of`, or the one that `make` gives.
  template <class Make>
  const ValueSample& kept(const std::shared_ptr<const void>& of, MapKind kind, const Make& make);

  int threads_;
  std::list<Known> known_;
  std::list<Sampled> sampled_;
  std::list<Found> found_;  ///< another slice of the same map asks for the same range
};

}  // namespace lossscope
