// SPDX-License-Identifier: Apache-2.0
#include "app/engine/state_check.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "app/engine/sweep.h"
#include "app/session/tabs.h"
#include "basics/number_text.h"
#include "losses/configured_loss.h"
#include "losses/sum.h"

namespace lossscope {
namespace {

[[noreturn]] void wrong(const std::string& where, const std::string& what) {
  throw std::invalid_argument("'" + where + "' " + what);
}

std::string all_ids() {
  std::string ids;
  for (const Loss* loss : all_losses()) {
    ids += (ids.empty() ? "" : ", ") + std::string(loss->declaration().id);
  }
  return ids;
}

const Loss& known_loss(const std::string& id, const std::string& where) {
  const Loss* loss = find_loss(id);
  if (loss == nullptr) {
    wrong(where, "must be a loss, not '" + id + "'; there are " + all_ids());
  }
  return *loss;
}

void check_parameters(const Session& session) {
  for (const auto& [id, values] : session.loss.parameters) {
    const std::string where = "parameters." + id;
    const Loss& loss = known_loss(id, where);
    for (const auto& [name, value] : values) {
      const auto at = loss.parameter(name);
      if (!at) {
        wrong(where + "." + name, "is no parameter of " + id);
      }
      const ParameterInfo& info = loss.parameters()[*at];
      const bool special = !info.special.empty() && value == -1;
      const bool whole = info.choices.empty() || value == std::floor(value);
      if (!special && !(value >= info.minimum && value <= info.maximum && whole)) {
        wrong(where + "." + name,
              "must lie within " + shortest_text(info.minimum) + " to " + shortest_text(info.maximum));
      }
    }
  }
}

void check_share(double value, const std::string& where) {
  if (!(value >= 0 && value <= 1)) {
    wrong(where, "must be a number from 0 to 1");
  }
}

/// The losses that a sweep of this session runs.
std::vector<ConfiguredLoss> swept_losses(const Session& session) {
  std::vector<ConfiguredLoss> losses;
  for (const Loss* loss : all_losses()) {
    losses.push_back({loss, session.loss.values_of(*loss)});
  }
  if (const Loss* chosen = find_loss(session.loss.id); chosen != nullptr && as_sum(*chosen) != nullptr) {
    losses.push_back({chosen, session.loss.values_of(*chosen)});
  }
  return losses;
}

void check_view(const Session& session) {
  if (std::ranges::find(kTabs, session.look.display.tab) == kTabs.end()) {
    std::string known;
    for (const std::string_view tab : kTabs) {
      known += (known.empty() ? "" : ", ") + std::string(tab);
    }
    wrong("view.tab", "must be one of " + known + ", not '" + session.look.display.tab + "'");
  }
  check_share(session.look.display.opacity, "view.opacity");
  check_share(session.look.display.surfaces.mask_opacity, "view.surfaces.mask_opacity");
  check_share(session.look.display.surfaces.prediction_opacity, "view.surfaces.prediction_opacity");
  if (session.look.range.locked && !(session.look.range.minimum < session.look.range.maximum)) {
    wrong("view.range.maximum", "must lie above the minimum");
  }
  for (std::size_t at = 0; at < session.look.compared.size(); ++at) {
    known_loss(session.look.compared[at], "view.compare.losses[" + std::to_string(at) + "]");
  }
  try {
    (void)parse_sweep_variable(session.look.display.sweep.along, swept_losses(session));
  } catch (const std::invalid_argument& error) {
    wrong("view.sweep.along", std::string("cannot be understood: ") + error.what());
  }
}

std::string voxel_text(const std::array<std::int64_t, 3>& voxel) {
  return std::to_string(voxel[0]) + ", " + std::to_string(voxel[1]) + ", " + std::to_string(voxel[2]);
}

bool is_inside(const std::array<std::int64_t, 3>& voxel, const Grid& grid) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (voxel[axis] < 0 || voxel[axis] >= grid.size[axis]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void check_words(const Session& session, const DemoPlay& play) {
  if (session.loss.id == kScriptLoss) {
    if (session.loss.script.empty()) {
      wrong("script", "must be there for the loss torchscript");
    }
  } else {
    known_loss(session.loss.id, "loss");
  }
  check_parameters(session);
  check_view(session);
  if (play.descent) {
    for (std::size_t at = 0; at < play.descent->losses.size(); ++at) {
      known_loss(play.descent->losses[at], "play.descent.losses[" + std::to_string(at) + "]");
    }
  }
}

std::vector<std::string> cannot_show(const DemoState& state, const CaseData& data) {
  std::vector<std::string> problems;
  const Session& session = state.session;
  const auto check_voxel = [&](const std::array<std::int64_t, 3>& voxel, const std::string& where) {
    if (!data.grid.empty() && !is_inside(voxel, data.grid)) {
      problems.push_back("'" + where + "': the voxel " + voxel_text(voxel) + " lies outside the volume of " +
                         voxel_text(data.grid.size));
    }
  };
  if (session.look.crosshair != kAutomaticCrosshair) {
    check_voxel(session.look.crosshair, "view.crosshair");
  }
  for (const auto& voxel : session.look.pinned) {
    check_voxel(voxel, "view.pinned");
  }
  const bool complete = !data.mask.empty() && !data.prediction.empty();
  if (!complete && (state.play.sweep || state.play.descent)) {
    problems.emplace_back("'play': there is no mask or no prediction to begin with");
  } else if (state.play.sweep && session.prediction().from<FromMask>() == nullptr &&
             session.look.display.sweep.along != "threshold" &&
             session.look.display.sweep.along.find('.') == std::string::npos) {
    problems.push_back("'play.sweep': a sweep along " + session.look.display.sweep.along +
                       " needs a prediction that is made from the mask");
  }
  return problems;
}

}  // namespace lossscope
