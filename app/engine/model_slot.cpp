// SPDX-License-Identifier: Apache-2.0
#include "app/engine/model_slot.h"

namespace lossscope {

bool ModelSlot::update(const Session& session, const std::shared_ptr<const LoadedVolume>& image,
                       const Progress& progress, const std::stop_token& stop) {
  if (session.source != PredictionSource::model || (made_ && model_ == session.model && image_ == image)) {
    return false;
  }
  made_.reset();
  if (!image) {
    throw Refusal("E_MODEL_IMAGE", session.model.path, "a model works on an image, and none is open",
                  "open the image as well (--image)");
  }
  made_ = std::make_shared<LoadedVolume>(run_model(session.model, *image, policy_, progress, stop));
  model_ = session.model;
  image_ = image;
  return true;
}

}  // namespace lossscope
