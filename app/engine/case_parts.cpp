// SPDX-License-Identifier: Apache-2.0
#include "app/engine/case_parts.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

#include "app/engine/first_look.h"
#include "app/io/fit_choices.h"
#include "app/io/known_spacing.h"
#include "app/io/label_map.h"
#include "basics/file_name.h"
#include "basics/trace.h"
#include "losses/predictions/threshold.h"

namespace lossscope {
namespace {

void add_new(const Assumptions& assumptions, Assumptions& to) {
  for (const Assumption& assumption : assumptions) {
    if (std::find(to.begin(), to.end(), assumption) == to.end()) {
      to.push_back(assumption);
    }
  }
}

/// Whether it is asked what to do with a file's grid: the case's may have grown to be the file's own, as was said.
bool is_grid_asked(const CaseKey& parts, const Grid& grid, const LoadedVolume& file) {
  const LoadedVolume* mask = parts.mask_file.get();
  const bool placed = mask != nullptr && (mask->has_grid || mask->volume.grid.size != file.volume.grid.size);
  return lies_elsewhere(grid, file) || (placed && lies_elsewhere(mask->volume.grid, file));
}

Decided decided_in(const CaseKey& parts, const Grid& grid) {
  Decided decided{{Role::image, {}}, {Role::mask, parts.mask->decided}, {Role::prediction, parts.prediction->decided}};
  for (const auto& [role, file] :
       {std::pair(Role::image, parts.image_file.get()), std::pair(Role::mask, parts.mask_file.get()),
        std::pair(Role::prediction, parts.prediction->loaded.get())}) {
    if (file != nullptr) {
      decided[role].insert(file->taken.begin(), file->taken.end());
      if (is_grid_asked(parts, grid, *file)) {
        decided[role].insert(Question::grid);
      }
    }
  }
  if (parts.mask_file && !parts.mask_file->has_grid && decided[Role::prediction].contains(Question::grid)) {
    decided[Role::mask].insert(Question::grid);  // how the axes of an array run is said of either
  }
  return decided;
}

}  // namespace

FileKey key_of(const InputChoice& input) {
  return {input.path, input.answers.of_reading(), input.sha256, {}, input.more_channels};
}

InputChoice mask_to_read(const CaseChoice& study) {
  InputChoice mask = study.mask;
  mask.answers = with_ignored(std::move(mask.answers), study.labels);
  return mask;
}

FileKey prediction_key(const Session& session) {
  const auto* file = session.prediction().from<FromFile>();
  return file == nullptr ? FileKey() : key_of(file->file);
}

void note_change(const FileKey& key, LoadedVolume& volume) {
  if (!key.sha256.empty() && volume.path == key.path && key.sha256 != volume.sha256) {
    volume.assumptions.push_back({"W_CHANGED", shown_name(key.path) +
                                                   ": it is not the file that the session was saved with; what is "
                                                   "shown may differ from then"});
  }
}

CaseMask make_mask(const MaskKey& key) {
  const trace::Span span(trace::Category::load, "select the label");
  CaseMask made;
  made.fitting = key.fitting;
  if (key.labels) {
    made.labels = std::make_shared<const LoadedVolume>(labels_on(key.grid, *key.labels, key.fitting, made.assumptions));
    const LabelChoice choice = choice_in(*made.labels, key.choice);
    made.volume = binary_mask(*made.labels, choice, made.assumptions);
    made.counts = counted_voxels(*made.labels, choice);
    made.decided = decided_by(*made.labels, choice);
    made.centre = centroid(made.volume);
  }
  return made;
}

CaseImage make_image(const ImageKey& key) {
  const trace::Span span(trace::Category::load, "fit the image");
  CaseImage made;
  if (key.loaded) {
    made.volume = fit_to(key.grid, *key.loaded, Role::image, key.choice, made.assumptions);
    std::tie(made.low, made.high) = automatic_window(made.volume);
  }
  return made;
}

CasePrediction read_prediction(const PredictionKey& key) {
  const trace::Span span(trace::Category::load, "fit the prediction");
  CasePrediction made{key.loaded};
  LoadedVolume fitted = *key.loaded;
  const Role role = role_for_fitting(*key.loaded, key.meaning);
  const double outside = background_of(*key.loaded, key.meaning);
  bool is_turned_or_not = false;
  try {
    const bool of_file = std::holds_alternative<FromFile>(key.source);  // a model's axes are those of its image
    FittedPrediction on_grid =
        fit_prediction(key.grid, *key.loaded, role, grid_choice(key.answers), made.assumptions, outside,
                       {key.mask->volume, key.mask->labels.get(), key.mask->fitting, of_file, key.labels.is_class});
    fitted.volume = std::move(on_grid.volume);
    is_turned_or_not = on_grid.is_answered;
  } catch (const Refusal& refusal) {
    throw key.mask->labels ? with_slices(refusal, *key.mask->labels, *key.loaded) : refusal;
  }
  const PredictionReading reading{key.meaning,      key.labels.values, nan_choice(key.answers),
                                  key.mask->volume, key.mask->counts,  key.mask->labels.get()};
  PredictionValues values = prediction_values(fitted, reading, made.assumptions);
  made.decided = std::move(values.decided);
  if (is_turned_or_not) {  // which is asked of a file without a grid, too
    made.decided.insert(Question::grid);
  }
  made.volume = std::move(values.volume);
  made.volume.grid = key.grid;
  made.kind = values.is_logit ? PredictionKind::logit : PredictionKind::probability;
  return made;
}

CutPrediction make_cut(const CutKey& key) {
  const CasePrediction& made = *key.prediction;
  if (!key.threshold || made.volume.empty()) {
    return {made.volume, made.kind};
  }
  const trace::Span span(trace::Category::load, "cut the prediction");
  return {thresholded(made.volume, made.kind, *key.threshold)};
}

CaseData assemble(const CaseKey& parts, const Grid& grid) {
  CaseData made;
  if (parts.image_file) {
    made.image = *parts.image_file;
    made.image.volume = parts.image->volume;
    made.image_low = parts.image->low;
    made.image_high = parts.image->high;
    add_new(made.image.assumptions, made.assumptions);
  }
  if (parts.mask_file) {
    made.labels = *parts.mask_file;
    add_new(made.labels.assumptions, made.assumptions);
  }
  if (parts.prediction->loaded) {
    made.prediction_file = *parts.prediction->loaded;
    add_new(made.prediction_file.assumptions, made.assumptions);
  }
  add_new(parts.image->assumptions, made.assumptions);
  add_new(parts.mask->assumptions, made.assumptions);
  add_new(parts.prediction->assumptions, made.assumptions);
  made.decided = decided_in(parts, grid);
  made.grid = grid;
  made.has_spacing = knows_spacing(made.image) || knows_spacing(made.labels) || knows_spacing(made.prediction_file);
  made.unit = made.has_spacing ? parts.unit : SpacingUse::unit;
  made.spacing = made.unit == SpacingUse::file ? grid.spacing : std::array<double, 3>{1, 1, 1};
  made.mask = parts.mask->volume;
  made.counts = parts.mask->counts;
  made.centre = made.mask.empty() ? middle(grid) : parts.mask->centre;
  made.prediction = parts.cut->volume;
  made.kind = parts.cut->kind;
  made.uncut = parts.prediction->volume;
  made.uncut_kind = parts.prediction->kind;
  return made;
}

}  // namespace lossscope
