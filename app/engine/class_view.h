// SPDX-License-Identifier: Apache-2.0
// A case with classes as it is looked at: class by class, or all of them at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "app/engine/class_case.h"

namespace lossscope {

/// How many voxels that count a class has in the mask, in the prediction (predicted_as), and in both at once.
struct ClassCounts {
  std::int64_t mask = 0, found = 0, both = 0;

  [[nodiscard]] double dice() const;  ///< NaN where there is neither
};

/// A case with classes, and what is known of all of them together. Never changed once made.
struct LoadedClasses : ClassCase {
  Volume most_likely;  ///< of a softmax, as most_likely_class
  std::vector<ClassCounts> counts;
  /// int32: the place of the class that the prediction takes a voxel for (of those that overlap the last), -1 where it
  /// is background or none.
  Volume found_class;
  Volume any_mask;        ///< uint8: whether a voxel belongs to a class but the background
  Volume any_prediction;  ///< float32, of the classes' kind: whether it is predicted to
  Volume any_found;       ///< float32, 0 or 1: whether the prediction takes it for one
  /// float32, 0 or 1: at a voxel of a class whether all its classes are predicted and no other, elsewhere whether any
  /// is. Against `any_mask` that is what is right, missed (or taken for another class) and invented.
  Volume agreement;
};
using LoadedClassesPtr = std::shared_ptr<const LoadedClasses>;

/// Throws Cancelled, std::bad_alloc.
[[nodiscard]] LoadedClassesPtr look_at_classes(ClassCase loaded, int threads = 0, const std::stop_token& stop = {});

/// The case of one class (moved into the classes there are), or of all together: mask and prediction are those of what
/// is looked at.
[[nodiscard]] CaseDataPtr seen_case(const LoadedClassesPtr& classes, std::optional<std::size_t> which, int threads = 0,
                                    const std::stop_token& stop = {});

/// What right and wrong voxels are counted from: mask and prediction; of classes what the prediction takes a voxel for.
[[nodiscard]] Problem outcome_problem(const CaseData& data);

}  // namespace lossscope
