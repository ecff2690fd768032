// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/io/case.h"
#include "app/io/model_client.h"
#include "basics/colours.h"
#include "losses/predictions/degrade.h"

namespace lossscope {

enum class OverlayLayer : std::uint8_t { none, contribution, gradient, prediction, distance, counterfactual, field };
enum class GradientOf : std::uint8_t { probability, logit };
enum class FourthPane : std::uint8_t { surface, distance };
enum class PredictionSource : std::uint8_t { none, file, degraded, model };
enum class SpacingUse : std::uint8_t { file, unit };
enum class Anatomical : std::uint8_t { axial, coronal, sagittal };
/// How the views are laid out: one loss in all of them, several losses on one slice, all of them small, or two losses
/// and where their gradients disagree.
enum class Arrangement : std::uint8_t { single, grid, contact_sheet, difference };

/// Where a volume comes from: a file, or a generated sample ("sample:phantom"); empty when there is none.
struct InputChoice {
  std::string path;
  Answers answers{};     ///< to what the file leaves open
  std::string sha256{};  ///< of the file when the session was saved; empty: not known
  bool operator==(const InputChoice&) const = default;
};

/// A colour range that is locked, or follows the data.
struct ColourRange {
  bool locked = false;
  double minimum = 0, maximum = 1;
  bool operator==(const ColourRange&) const = default;
};

/// What a sweep runs along ("shift", "focal.gamma", as on the command line), from where to where, in how many steps.
struct SweepChoice {
  static constexpr int kMaxSteps = 201;
  std::string along = "shift";
  double from = 0, to = 10;
  int steps = 21;
  bool operator==(const SweepChoice&) const = default;
};

/// What colours the surfaces in 3D.
enum class SurfaceColour : std::uint8_t { plain, contribution, gradient, distance };

/// How the 3D view shows the case.
struct SurfaceLook {
  SurfaceColour colour = SurfaceColour::plain;
  bool show_mask = true, show_prediction = true;
  double mask_opacity = 1, prediction_opacity = 0.4;  ///< 0 to 1
  bool show_slices = false;                           ///< the three slices as planes through the crosshair
  bool operator==(const SurfaceLook&) const = default;
};

/// How many losses a grid shows at most.
inline constexpr std::size_t kMaxCompared = 6;

/// Id of the loss that a person writes in TorchScript.
inline constexpr std::string_view kScriptLoss = "torchscript";

/// Where nobody has looked yet: the engine puts the crosshair on the middle of the mask.
inline constexpr std::array<std::int64_t, 3> kAutomaticCrosshair{-1, -1, -1};

/// A prediction that a descent went through, looked at in place of the session's own: a way of looking, so that it is
/// neither saved nor undone.
struct Playback {
  std::size_t lane = 0;  ///< of the DescentRun
  std::int64_t step = 0;
  bool operator==(const Playback&) const = default;
  /// The path under which an InputReader is asked for it, "descent:LANE/STEP"; and back, none for any other path.
  [[nodiscard]] std::string path() const;
  [[nodiscard]] static std::optional<Playback> of(const std::string& path);
};

/// How the case is looked at: a change of these alone stops no computation that runs and makes no loss run again.
struct Look {
  GradientOf gradient_of = GradientOf::probability;
  double opacity = 0.75;
  bool show_overlay = true, show_contours = true;
  ColourRange range;
  Scaling scaling = Scaling::linear;    ///< of maps of the loss
  ColourMap colours = ColourMap::fire;  ///< of values that are not negative
  bool fade_by_value = true;            ///< the smaller a value, the more transparent its colour
  std::array<std::int64_t, 3> crosshair = kAutomaticCrosshair;  ///< voxel (i, j, k)
  double window = 0, level = 0;                                 ///< grey values; window 0 means automatic
  bool radiological = true;

  Arrangement arrangement = Arrangement::single;  ///< part of the look: other losses are computed beside the chosen one
  std::vector<std::string> compared{"dice", "bce"};  ///< losses of the grid; the difference is of the first two
  Anatomical compared_view = Anatomical::axial;      ///< the slice they are compared on
  bool shared_range = false;                         ///< one colour range for all compared losses
  std::vector<std::array<std::int64_t, 3>> pinned;   ///< voxels that the probe keeps, in the order they were pinned
  SweepChoice sweep;
  std::string tab = "probe";  ///< the tab below the views

  bool operator==(const Look&) const = default;
};

/// Everything that is open and chosen: a value. What is on screen follows from it alone.
struct Session : Look {
  InputChoice image, mask, prediction;
  LabelChoice label;
  PredictionSource source = PredictionSource::none;
  ModelChoice model;  ///< never run without the person's trust in its hash, which is no part of a session
  PredictionMeaning meaning = PredictionMeaning::automatic;
  Degradation degradation;
  std::optional<double> threshold;  ///< 0..1: the prediction becomes 1 above it and 0 elsewhere; none: stays as it is

  std::string loss = "dice";  ///< an id of the registry, or kScriptLoss
  std::string script;         ///< TorchScript source of the loss kScriptLoss
  std::map<std::string, std::map<std::string, double>>
      parameters;  ///< loss id -> parameter id -> value; absent: default
  SpacingUse spacing = SpacingUse::file;

  OverlayLayer layer = OverlayLayer::contribution;
  FourthPane fourth = FourthPane::surface;
  SurfaceLook surfaces;
  std::optional<Playback> playback;

  bool operator==(const Session&) const = default;

  /// Whether both look at the same case: inputs, label and prediction, apart from a playback.
  [[nodiscard]] bool same_case(const Session& other) const;
  [[nodiscard]] InputChoice& input(Role role);
  /// Takes an answer to what the input of that role leaves open, or (kind, label, ignore, memory) to what the case
  /// does. Throws std::invalid_argument that says what would be valid.
  void answer(Role role, Question question, const std::string& answer);
  /// Takes an input out of the case; a prediction from a file goes with its file.
  void remove_input(Role role);
  /// Exchanges two inputs; whoever becomes the prediction is used as such.
  void exchange_inputs(Role one, Role other);
  /// The losses that are shown now: the chosen one, or those that are compared.
  [[nodiscard]] std::vector<std::string> shown_losses() const;
  /// Compares `count` (2 to kMaxCompared) losses: those compared so far, then others of the registry.
  void compare(std::size_t count);
  /// The values of the chosen loss's parameters in declaration order.
  [[nodiscard]] std::vector<double> parameter_values(const Loss& loss) const;
};

/// JSON text of a session (schema 1, inputs relative to `folder` where they lie below it), and back.
/// from_json throws std::invalid_argument that says which member is wrong.
[[nodiscard]] std::string to_json(const Session& session, const std::string& folder = {});
[[nodiscard]] Session session_from_json(const std::string& text, const std::string& folder = {});

}  // namespace lossscope
