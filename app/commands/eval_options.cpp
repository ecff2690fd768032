// SPDX-License-Identifier: Apache-2.0
#include "app/commands/eval_options.h"

#include "app/commands/volume_json.h"

namespace lossscope::commands {

Json prediction_json(const CaseData& data, const Session& session, const std::string& predict) {
  Json json;
  const auto* degraded = session.prediction().from<FromMask>();
  if (degraded == nullptr) {
    json = file_json(data.prediction_file, data.prediction_file.grid);
  }
  if (!predict.empty()) {  // else the session says what it is
    json["predict"] = predict;
  } else if (degraded != nullptr) {
    json["predict"] = "degrade:" + to_string(degraded->degradation);
  }
  json["kind"] = data.kind == PredictionKind::logit ? "logit" : "probability";
  return json;
}

std::string output_path(const std::string& pattern, std::string_view id, bool several) {
  const auto at = pattern.find("{loss}");
  if (at == std::string::npos) {
    if (several) {
      throw UsageError("with several losses, output names need {loss}: " + pattern);
    }
    return pattern;
  }
  return std::string(pattern).replace(at, 6, id);
}

}  // namespace lossscope::commands
