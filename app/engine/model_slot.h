// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "app/io/model_client.h"
#include "app/session/session.h"

namespace lossscope {

/// The prediction that a model made of an image; made again only for another model, channel or image.
class ModelSlot {
 public:
  explicit ModelSlot(ModelPolicy policy = {}) : policy_(std::move(policy)) {}

  /// True when the session's prediction comes from a model and is another one than before. What was made is kept while
  /// the prediction comes from elsewhere. Throws Refusal (E_MODEL_IMAGE without an image) and Cancelled.
  bool update(const Session& session, const std::shared_ptr<const LoadedVolume>& image, const Progress& progress,
              const std::stop_token& stop);
  [[nodiscard]] const std::shared_ptr<const LoadedVolume>& made() const { return made_; }

 private:
  ModelPolicy policy_;
  ModelChoice model_;
  std::shared_ptr<const LoadedVolume> image_, made_;
};

}  // namespace lossscope
