// SPDX-License-Identifier: Apache-2.0
#include "app/commands/loss_arguments.h"

#include <stdexcept>

#include "app/commands/command.h"
#include "losses/sum.h"

namespace lossscope::commands {
namespace {

/// One --set, "ID.NAME=VALUE" or "NAME=VALUE".
void apply_argument(const std::string& text, std::vector<ConfiguredLoss>& losses) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    throw UsageError("--set takes NAME=VALUE, not '" + text + "'");
  }
  apply_setting("--set", text.substr(0, equals), text.substr(equals + 1), losses);
}

}  // namespace

std::vector<ConfiguredLoss> configure_losses(const std::vector<std::string>& ids, bool all,
                                             const std::vector<std::string>& settings, const std::string& preset,
                                             const Session& start) {
  const auto tuned = [&](const Loss& loss) { return start.loss.values_of(loss); };
  std::vector<ConfiguredLoss> losses;
  if (all) {
    for (const Loss* loss : all_losses()) {
      losses.push_back({loss, tuned(*loss)});
    }
  }
  try {
    for (const std::string& id : ids) {
      losses.push_back(loss_named(id, tuned));
    }
    if (const std::string sum = sum_with_preset(preset); losses.empty() && !sum.empty()) {
      losses.push_back(loss_named(sum, [](const Loss& loss) { return loss.defaults(); }));  // its losses are known
    }
    if (losses.empty()) {
      throw UsageError("say which losses: --loss ID[,ID...], --all or a --preset of a sum, e.g. nnunet");
    }
    if (!preset.empty()) {
      apply_preset("--preset", preset, losses);
    }
    for (const std::string& text : settings) {
      apply_argument(text, losses);
    }
    for (const ConfiguredLoss& configured : losses) {
      check_values(*configured.loss, configured.parameters);
    }
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  return losses;
}

}  // namespace lossscope::commands
