// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/engine/frame.h"
#include "losses/configured_loss.h"
#include "losses/predictions/degradation_parts.h"

namespace lossscope {

/// What a sweep changes: how the mask is degraded, where the prediction is thresholded, or a parameter of losses.
struct SweepVariable {
  enum class Kind : std::uint8_t { shift, degradation, threshold, parameter };
  Kind kind = Kind::shift;
  std::string loss{}, parameter{};        ///< of a parameter; `loss` empty: of every swept loss that has it
  const DegradationPart* part = nullptr;  ///< of a degradation
  bool operator==(const SweepVariable&) const = default;
};
/// "shift", a part of a degradation ("dilate", ...), "threshold", "PARAMETER" or "LOSS.PARAMETER" of one of the losses.
/// Throws std::invalid_argument that names what is valid.
[[nodiscard]] SweepVariable parse_sweep_variable(const std::string& text, std::span<const ConfiguredLoss> losses);
/// As parse_sweep_variable reads it.
[[nodiscard]] std::string to_string(const SweepVariable& variable);
/// The part of a degradation with this key, which there must be.
[[nodiscard]] SweepVariable along_degradation(std::string_view key);
/// "mm", or empty for a number without a unit.
[[nodiscard]] std::string unit_of(const SweepVariable& variable);

struct SweepRequest {
  SweepVariable variable;
  double from = 0, to = 1;  ///< lengths, standard deviation, probability or the parameter's own unit
  int steps = 11;           ///< at least 2; both ends are among them
};

/// The values of losses and metrics at every step.
struct Sweep {
  SweepVariable variable;
  std::vector<double> at;
  std::vector<ConfiguredLoss> losses;
  std::vector<std::vector<double>> values;  ///< of each loss, by step
  std::vector<double> dice, hausdorff;      ///< of the thresholded prediction; NaN where undefined
  std::string length = "mm";                ///< the unit of hausdorff, and of a swept length: place_unit of the case
};

/// Sweeps the prediction of `session` (or a loss's parameter) on the loaded case `data`. A shift goes along the
/// session's own, or along the first grid axis where it has none; all else of its degradation stays. A threshold makes
/// the prediction hard: 1 where p is above it, else 0. Throws std::invalid_argument (a degraded mask is needed and is
/// not there; a value out of its range) and Cancelled.
[[nodiscard]] Sweep run_sweep(const Session& session, const CaseData& data, std::vector<ConfiguredLoss> losses,
                              const SweepRequest& request, int threads = 0, const Progress& progress = {},
                              std::stop_token stop = {});

/// One line a step, the swept variable first; 17 significant digits, so that numbers read back exactly; empty where
/// there is no number.
[[nodiscard]] std::string to_csv(const Sweep& sweep);

}  // namespace lossscope
