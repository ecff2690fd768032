// SPDX-License-Identifier: Apache-2.0
#include "app/engine/case_loader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/engine/first_look.h"
#include "app/engine/input_slot.h"
#include "app/engine/model_slot.h"
#include "basics/trace.h"
#include "losses/predictions/threshold.h"

namespace lossscope {
namespace {

constexpr std::string_view kPhantom = "sample:phantom", kMniHead = "sample:mni-head";

LoadedVolume read_file(const std::string& path, const InputChoice& input, Role role, const Progress& progress,
                       std::stop_token stop) {
  ReadRequest request;
  request.path = path;
  request.role = role;
  request.answers = input.answers;
  return read_volume(request, progress, std::move(stop));
}

/// Calls visit(offset) for every voxel of a plane, the lower axis fastest.
template <class Visit>
void visit_plane(const Grid& grid, Plane plane, Visit visit) {
  const PlaneLayout layout = plane_layout(grid, plane);
  for (std::int64_t y = 0; y < layout.height; ++y) {
    std::int64_t at = layout.begin + y * layout.across;
    for (std::int64_t x = 0; x < layout.width; ++x, at += layout.along) {
      visit(at);
    }
  }
}

/// Writes values in plane order into a float volume.
void put_plane(const std::vector<float>& values, Plane plane, const Volume& volume) {
  const auto voxels = volume.voxels<float>();
  auto value = values.begin();
  visit_plane(volume.grid, plane, [&](std::int64_t at) { voxels[at] = *value++; });
}

/// Makes the ignored voxels of a plane background.
void clear_ignored(const Volume& volume, Plane plane, const Volume& labels, const LabelChoice& choice) {
  const auto voxels = volume.voxels<float>();
  const auto clear = [&](auto marks) {
    visit_plane(volume.grid, plane, [&](std::int64_t at) { voxels[at] = choice.ignores(marks[at]) ? 0 : voxels[at]; });
  };
  labels.type == VoxelType::uint8 ? clear(labels.voxels<std::uint8_t>()) : clear(labels.voxels<std::int32_t>());
}

}  // namespace

LoadedVolume read_input(const InputChoice& input, Role role, const Progress& progress, std::stop_token stop) {
  if (input.path == kPhantom) {
    return role == Role::image ? phantom_image() : phantom_labels();
  }
  if (input.path == kMniHead) {
    const auto sample = mni_head();
    if (!sample) {
      throw Refusal("E_SAMPLE", input.path, "the sample is not installed", "install the package mricron-data");
    }
    return read_file(role == Role::image ? sample->image : sample->mask, input, role, progress, std::move(stop));
  }
  return read_file(input.path, input, role, progress, std::move(stop));
}

/// Each step holds what it was made from (a key) and what it made.
struct CaseLoader::Parts {
  int threads;
  InputReader reader;

  InputSlot image_file, mask_file, prediction_file;
  ModelSlot model;

  struct {
    std::shared_ptr<const LoadedVolume> labels;
    LabelChoice label;
    Volume volume;
    std::array<std::int64_t, 3> centre{};
    std::vector<Assumption> assumptions;
  } mask;
  struct Fitted {
    std::shared_ptr<const LoadedVolume> loaded;
    Grid grid;
    GridChoice choice{};
    Volume volume;
    std::vector<Assumption> assumptions;
    float low = 0, high = 1;
  } image;
  struct {
    std::shared_ptr<const LoadedVolume> loaded;  ///< of a file
    Grid grid;
    Answers answers;
    PredictionMeaning meaning{};
    LabelChoice label;
    std::shared_ptr<void> mask;  ///< the mask that the prediction was fitted to, or made from
    std::optional<Playback> playback;
    Degradation degradation;
    Volume volume;
    PredictionKind kind = PredictionKind::probability;
    std::vector<Assumption> assumptions;
  } prediction;
  std::optional<Degrader> degrader;
  std::shared_ptr<void> degrader_mask;
  struct {
    Volume from, volume;
    std::optional<double> threshold;
  } cut;  ///< of the prediction at the session's threshold
  Volume preview;
  std::shared_ptr<const CaseData> data;

  bool read_files(const Session& session, const Progress& progress, const std::stop_token& stop);
  bool update_mask(const Session& session);
  bool update_image(const Session& session, const Grid& grid);
  bool cut_prediction(const Session& session);
  bool update_prediction(const Session& session, const Grid& grid, const Progress& progress,
                         const std::stop_token& stop);
  bool read_prediction(const Session& session, const Grid& grid);
  bool play_back(const Playback& playback, const std::stop_token& stop);
  bool degrade_mask(const Session& session, const Progress& progress, const std::stop_token& stop);
  [[nodiscard]] Grid reference_grid() const;
  [[nodiscard]] std::shared_ptr<const CaseData> assemble(const Grid& grid) const;
};

bool CaseLoader::Parts::read_files(const Session& session, const Progress& progress, const std::stop_token& stop) {
  const bool wants_prediction = session.source == PredictionSource::file;
  const InputChoice none;
  struct Job {
    InputSlot& slot;
    const InputChoice& input;
    Role role;
  };
  const std::array<Job, 3> jobs{{{image_file, session.image, Role::image},
                                 {mask_file, session.mask, Role::mask},
                                 {prediction_file, wants_prediction ? session.prediction : none, Role::prediction}}};
  bool changed = false;
  for (std::size_t at = 0; at < jobs.size(); ++at) {
    const Job& job = jobs[at];
    const Progress part = [&](double share, std::string_view what) {
      if (progress) {
        progress((static_cast<double>(at) + share) / static_cast<double>(jobs.size()), what);
      }
    };
    changed |= job.slot.update(job.input, [&] { return reader(job.input, job.role, part, stop); });
    if (stop.stop_requested()) {
      throw Cancelled();
    }
  }
  return model.update(session, image_file.loaded, progress, stop) || changed;
}

bool CaseLoader::Parts::update_mask(const Session& session) {
  if (mask.labels == mask_file.loaded && mask.label == session.label && mask.volume.empty() == !mask.labels) {
    return false;
  }
  const trace::Span span(trace::Category::load, "select the label");
  mask = {};
  if (mask_file.loaded) {
    mask.volume = binary_mask(*mask_file.loaded, session.label, mask.assumptions);
    mask.centre = centroid(mask.volume);
  }
  mask.labels = mask_file.loaded;
  mask.label = session.label;
  return true;
}

bool CaseLoader::Parts::update_image(const Session& session, const Grid& grid) {
  const GridChoice choice = grid_choice(session.image.answers);
  if (image.loaded == image_file.loaded && image.grid == grid && image.choice == choice) {
    return false;
  }
  const trace::Span span(trace::Category::load, "fit the image");
  image = {};
  if (image_file.loaded) {
    Fitted fitted{image_file.loaded, grid, choice, {}, {}, 0, 1};
    fitted.volume = fit_to(grid, *fitted.loaded, Role::image, fitted.choice, fitted.assumptions);
    std::tie(fitted.low, fitted.high) = automatic_window(fitted.volume);
    image = std::move(fitted);
  } else {
    image.grid = grid;
    image.choice = choice;
  }
  return true;
}

bool CaseLoader::Parts::read_prediction(const Session& session, const Grid& grid) {
  auto& made = prediction;
  const bool from_model = session.source == PredictionSource::model;
  const auto& loaded = from_model ? model.made() : prediction_file.loaded;
  // A model's output has the image's grid, and so the image's answers.
  const Answers& answers = from_model ? session.image.answers : session.prediction.answers;
  if (made.loaded == loaded && !made.volume.empty() && made.grid == grid && made.answers == answers &&
      made.meaning == session.meaning && made.label == session.label && made.mask == mask.volume.data) {
    return false;
  }
  const trace::Span span(trace::Category::load, "fit the prediction");
  made = {};
  LoadedVolume fitted = *loaded;
  // Labels are never interpolated.
  const Role role = session.meaning == PredictionMeaning::label ? Role::mask : Role::prediction;
  fitted.volume = fit_to(grid, *loaded, role, grid_choice(answers), made.assumptions);
  const PredictionReading reading{session.meaning, session.label.values, nan_choice(answers), mask.volume};
  PredictionValues values = prediction_values(fitted, reading, made.assumptions);
  if (mask_file.loaded) {
    values = without_ignored(std::move(values), *mask_file.loaded, session.label);
  }
  made.volume = std::move(values.volume);
  made.volume.grid = grid;
  made.kind = values.is_logit ? PredictionKind::logit : PredictionKind::probability;
  made.loaded = loaded;
  made.grid = grid;
  made.mask = mask.volume.data;
  made.answers = answers;
  made.meaning = session.meaning;
  made.label = session.label;
  return true;
}

bool CaseLoader::Parts::degrade_mask(const Session& session, const Progress& progress, const std::stop_token& stop) {
  auto& made = prediction;
  if (!made.loaded && !made.playback && !made.volume.empty() && made.mask == mask.volume.data &&
      made.degradation == session.degradation) {
    return false;
  }
  const trace::Span span(trace::Category::load, "degrade the mask");
  if (progress) {
    progress(0.0, "degrading the mask");
  }
  if (!degrader || degrader_mask != mask.volume.data) {
    degrader.emplace(mask.volume);
    degrader_mask = mask.volume.data;
  }
  PredictionValues values{degrader->volume(session.degradation, threads, stop), false};
  values = without_ignored(std::move(values), *mask.labels, mask.label);
  made = {};
  made.volume = std::move(values.volume);
  made.mask = mask.volume.data;
  made.degradation = session.degradation;
  return true;
}

bool CaseLoader::Parts::play_back(const Playback& playback, const std::stop_token& stop) {
  auto& made = prediction;
  if (made.playback == playback && made.mask == mask.volume.data) {
    return false;
  }
  LoadedVolume state = reader({playback.path()}, Role::prediction, {}, stop);
  if (state.volume.grid.size != mask.volume.grid.size) {
    throw Refusal("E_PLAYBACK", playback.path(), "the descent belongs to another case", "begin a new one");
  }
  made = {};
  made.volume = std::move(state.volume);
  made.kind = PredictionKind::logit;
  made.playback = playback;
  made.mask = mask.volume.data;
  return true;
}

bool CaseLoader::Parts::update_prediction(const Session& session, const Grid& grid, const Progress& progress,
                                          const std::stop_token& stop) {
  if (session.playback && !mask.volume.empty()) {
    return play_back(*session.playback, stop);
  }
  const bool from_file = session.source == PredictionSource::file && prediction_file.loaded;
  if (from_file || session.source == PredictionSource::model) {
    return read_prediction(session, grid);
  }
  if (session.source == PredictionSource::degraded && !mask.volume.empty()) {
    return degrade_mask(session, progress, stop);
  }
  const bool had = !prediction.volume.empty();
  prediction = {};
  return had;
}

bool CaseLoader::Parts::cut_prediction(const Session& session) {
  const std::optional<double> wanted = prediction.volume.empty() ? std::nullopt : session.threshold;
  if (wanted == cut.threshold && (!wanted || cut.from.data == prediction.volume.data)) {
    return false;
  }
  const trace::Span span(trace::Category::load, "cut the prediction");
  cut = {};
  if (wanted) {
    cut.from = prediction.volume;
    cut.volume = thresholded(prediction.volume, prediction.kind, *wanted);
    cut.threshold = wanted;
  }
  return true;
}

Grid CaseLoader::Parts::reference_grid() const {
  for (const auto* slot : {&mask_file, &image_file, &prediction_file}) {
    if (slot->loaded) {
      return slot->loaded->volume.grid;
    }
  }
  return {};
}

std::shared_ptr<const CaseData> CaseLoader::Parts::assemble(const Grid& grid) const {
  auto made = std::make_shared<CaseData>();
  const auto add = [&made](const std::vector<Assumption>& assumptions) {
    for (const Assumption& assumption : assumptions) {
      if (std::find(made->assumptions.begin(), made->assumptions.end(), assumption) == made->assumptions.end()) {
        made->assumptions.push_back(assumption);
      }
    }
  };
  if (image_file.loaded) {
    made->image = *image_file.loaded;
    made->image.volume = image.volume;
    made->image_low = image.low;
    made->image_high = image.high;
    add(made->image.assumptions);
  }
  if (mask_file.loaded) {
    made->labels = *mask_file.loaded;
    add(made->labels.assumptions);
  }
  if (prediction.loaded) {
    made->prediction_file = *prediction.loaded;
    add(made->prediction_file.assumptions);
  }
  add(image.assumptions);
  add(mask.assumptions);
  add(prediction.assumptions);
  made->grid = grid;
  made->mask = mask.volume;
  made->centre = mask.volume.empty() ? middle(grid) : mask.centre;
  made->prediction = cut.threshold ? cut.volume : prediction.volume;
  made->kind = cut.threshold ? PredictionKind::probability : prediction.kind;
  made->uncut = prediction.volume;
  made->uncut_kind = prediction.kind;
  return made;
}

CaseLoader::CaseLoader(int threads, InputReader reader, ModelPolicy models) : parts_(std::make_unique<Parts>()) {
  parts_->threads = threads;
  parts_->reader = std::move(reader);
  parts_->model = ModelSlot(std::move(models));
}

CaseLoader::~CaseLoader() = default;

std::shared_ptr<const CaseData> CaseLoader::load(const Session& session, const Progress& progress, const Stops& stops) {
  Parts& parts = *parts_;
  // There is no current case until all went well: after a refusal half-way the old one would be taken for the new.
  const std::shared_ptr<const CaseData> before = std::exchange(parts.data, nullptr);
  bool changed = parts.read_files(session, progress, stops.reading);
  if (stops.computing.stop_requested()) {
    throw Cancelled();
  }
  const Grid grid = parts.reference_grid();
  changed |= parts.update_mask(session);
  changed |= parts.update_image(session, grid);
  changed |= parts.update_prediction(session, grid, progress, stops.computing);
  changed |= parts.cut_prediction(session);
  parts.data = before && !changed ? before : parts.assemble(grid);
  return parts.data;
}

Volume CaseLoader::preview(const Degradation& degradation, const std::array<std::int64_t, 3>& voxel) {
  Parts& parts = *parts_;
  const Degradation& made = parts.prediction.degradation;
  const bool same_components =
      degradation.drop == made.drop && (degradation.drop == 0 || degradation.seed == made.seed);
  const bool same_mask = parts.degrader && !parts.mask.volume.empty() && parts.degrader_mask == parts.mask.volume.data;
  if (!same_mask || parts.prediction.volume.empty() || parts.cut.threshold || !same_components) {
    return {};
  }
  const trace::Span span(trace::Category::load, "degrade three planes");
  const Grid& grid = parts.mask.volume.grid;
  if (parts.preview.empty() || parts.preview.grid != grid) {
    parts.preview = make_volume(grid, VoxelType::float32);
  }
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<float> plane(grid.voxels() / grid.size[axis]);
    parts.degrader->plane(degradation, {axis, voxel[axis]}, plane);
    put_plane(plane, {axis, voxel[axis]}, parts.preview);
    if (parts.mask.label.ignored) {
      clear_ignored(parts.preview, {axis, voxel[axis]}, parts.mask.labels->volume, parts.mask.label);
    }
  }
  return parts.preview;
}

std::shared_ptr<const CaseData> load_case(const Session& session, const Progress& progress, std::stop_token stop,
                                          int threads, ModelPolicy models) {
  return CaseLoader(threads, read_input, std::move(models)).load(session, progress, std::move(stop));
}

}  // namespace lossscope
