// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/error_list.h"
#include "app/engine/result_finder.h"

namespace lossscope {

/// The list of errors of the frame that is shown.
class ErrorFinder : public FinderOf<ErrorList> {
 public:
  explicit ErrorFinder(std::shared_ptr<Turns> turns, QObject* parent = nullptr)
      : FinderOf(
            std::move(turns),
            [](const LossResultPtr& result, MapKind gradient, const auto&, std::stop_token stop) {
              return std::make_shared<const ErrorList>(error_list(on_processor(*result, stop), gradient, 0, stop));
            },
            parent) {}
  [[nodiscard]] ErrorListPtr list() const { return get(); }
};

}  // namespace lossscope
