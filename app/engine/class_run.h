// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "app/engine/class_view.h"
#include "app/engine/loss_result.h"

namespace lossscope {

/// The same result as that of one class: its contributions and the gradient of its channel.
[[nodiscard]] LossResultPtr of_class(const LossResult& result, std::size_t which);

/// Evaluates losses over the classes of a case, on the processor. Each is evaluated once and looked at as a whole or
/// class by class; sums and fields that still hold are kept.
class ClassRun {
 public:
  explicit ClassRun(int threads) : threads_(threads) {}

  /// `loss` (of the registry) with these parameters on `data`, which must have classes: of the class that it looks at,
  /// or of all. The value is always that over all classes. Throws Cancelled, and std::invalid_argument as
  /// evaluate_classes. `reductions` counts what was really evaluated.
  LossResultPtr evaluate(const Loss& loss, const std::vector<double>& parameters, const ClassCombination& how,
                         const CaseData& data, int& reductions, const std::stop_token& stop);
  /// Forgets the results of all other losses.
  void keep_only(const std::vector<std::string>& losses);
  void clear();

 private:
  struct Made {
    LoadedClassesPtr of;
    std::vector<double> parameters;
    ClassCombination how;
    std::shared_ptr<const ClassEvaluation> evaluation;
    LossResultPtr seen;  ///< of one class or of all
  };
  [[nodiscard]] FieldSource fields(const std::stop_token& stop);
  [[nodiscard]] static LossResultPtr look(const Made& made, const Loss& loss, const CaseData& data);

  int threads_;
  std::map<std::string, Made> made_;  ///< by the loss's id
  /// Of each class by itself: a cache keeps the fields of one mask alone.
  std::map<std::pair<const void*, const void*>, FieldCache> fields_;
};

}  // namespace lossscope
