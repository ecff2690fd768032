// SPDX-License-Identifier: Apache-2.0
#include "app/engine/case_loader.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "app/engine/first_look.h"
#include "app/engine/kept.h"
#include "app/engine/plane_edits.h"
#include "app/io/label_map.h"
#include "basics/trace.h"
#include "losses/predictions/threshold.h"

namespace lossscope {
namespace {

using LoadedPtr = std::shared_ptr<const LoadedVolume>;
using Assumptions = std::vector<Assumption>;

/// What reading a file depends on.
struct FileKey {
  std::string path;
  Answers answers;
  std::string sha256;  ///< that a session expects
  bool operator==(const FileKey&) const = default;
};

FileKey key_of(const InputChoice& input) { return {input.path, input.answers.of_reading(), input.sha256}; }

/// The prediction's file is only read while the prediction comes from it.
FileKey prediction_key(const Session& session) {
  const auto* file = session.prediction().from<FromFile>();
  return file == nullptr ? FileKey() : key_of(file->file);
}

struct ModelKey {
  ModelChoice model;
  LoadedPtr image;
  bool operator==(const ModelKey&) const = default;
};

struct Mask {
  LoadedPtr labels;  ///< on the case's grid
  Volume volume;
  std::array<std::int64_t, 3> centre{};
  Assumptions assumptions;
};
using MaskPtr = std::shared_ptr<const Mask>;
struct MaskKey {
  LoadedPtr labels;
  LabelChoice choice;
  Grid grid;
  GridChoice fitting{};
  bool operator==(const MaskKey&) const = default;
};

struct Image {
  Volume volume;
  float low = 0, high = 1;
  Assumptions assumptions;
};
using ImagePtr = std::shared_ptr<const Image>;
struct ImageKey {
  LoadedPtr loaded;
  Grid grid;
  GridChoice choice{};
  bool operator==(const ImageKey&) const = default;
};

struct Prediction {
  LoadedPtr loaded{};  ///< of a file or a model
  Volume volume{};
  PredictionKind kind = PredictionKind::probability;
  Assumptions assumptions{};
};
using PredictionPtr = std::shared_ptr<const Prediction>;
struct PredictionKey {
  PredictionSource source;
  PredictionMeaning meaning{};
  LoadedPtr loaded;
  Answers answers;  ///< that fit it to the case
  Grid grid;
  LabelChoice labels;
  MaskPtr mask;
  bool operator==(const PredictionKey&) const = default;
};

struct Cut {
  Volume volume;
  PredictionKind kind = PredictionKind::probability;
};
using CutPtr = std::shared_ptr<const Cut>;
struct CutKey {
  PredictionPtr prediction;
  std::optional<double> threshold;
  bool operator==(const CutKey&) const = default;
};

struct CaseKey {
  LoadedPtr image_file, mask_file;
  ImagePtr image;
  MaskPtr mask;
  PredictionPtr prediction;
  CutPtr cut;
  SpacingUse unit{};
  bool operator==(const CaseKey&) const = default;
};

/// A file that is not the one a session was saved with is told, not refused.
void note_change(const FileKey& key, LoadedVolume& volume) {
  if (!key.sha256.empty() && key.sha256 != volume.sha256) {
    volume.assumptions.push_back({"W_CHANGED", displayable(std::filesystem::path(key.path).filename().string()) +
                                                   ": it is not the file that the session was saved with; what is "
                                                   "shown may differ from then"});
  }
}

void add_new(const Assumptions& assumptions, Assumptions& to) {
  for (const Assumption& assumption : assumptions) {
    if (std::find(to.begin(), to.end(), assumption) == to.end()) {
      to.push_back(assumption);
    }
  }
}

Prediction read_prediction(const PredictionKey& key) {
  const trace::Span span(trace::Category::load, "fit the prediction");
  Prediction made{key.loaded};
  LoadedVolume fitted = *key.loaded;
  const Role role = role_for_fitting(*key.loaded, key.meaning);
  const double outside = background_of(*key.loaded, key.meaning);
  fitted.volume = fit_to(key.grid, *key.loaded, role, grid_choice(key.answers), made.assumptions, outside);
  const PredictionReading reading{key.meaning, key.labels.values, nan_choice(key.answers), key.mask->volume,
                                  key.mask->labels.get()};
  PredictionValues values = prediction_values(fitted, reading, made.assumptions);
  made.volume = std::move(values.volume);
  made.volume.grid = key.grid;
  made.kind = values.is_logit ? PredictionKind::logit : PredictionKind::probability;
  return made;
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
  made.grid = grid;
  made.unit = parts.unit;
  made.spacing = parts.unit == SpacingUse::file ? grid.spacing : std::array<double, 3>{1, 1, 1};
  made.mask = parts.mask->volume;
  made.centre = made.mask.empty() ? middle(grid) : parts.mask->centre;
  made.prediction = parts.cut->volume;
  made.kind = parts.cut->kind;
  made.uncut = parts.prediction->volume;
  made.uncut_kind = parts.prediction->kind;
  return made;
}

}  // namespace

bool reads_same_files(const Session& before, const Session& now) {
  const auto same = [](const FileKey& was, const FileKey& is) { return was.path.empty() || was == is; };
  const FileKey image_before = key_of(before.study.image), image_now = key_of(now.study.image);
  const auto *model_before = before.prediction().from<FromModel>(), *model_now = now.prediction().from<FromModel>();
  const bool model =
      model_before == nullptr || (model_now != nullptr && *model_now == *model_before && image_now == image_before);
  return model && same(image_before, image_now) && same(key_of(before.study.mask), key_of(now.study.mask)) &&
         same(prediction_key(before), prediction_key(now));
}

struct CaseLoader::Parts {
  using File = Kept<FileKey, LoadedPtr>;

  int threads;
  Sources sources;
  File image_file, mask_file, prediction_file;
  Kept<ModelKey, LoadedPtr> model;
  Kept<MaskKey, MaskPtr> mask;
  Kept<ImageKey, ImagePtr> image;
  Kept<PredictionKey, PredictionPtr> prediction;
  Kept<MaskPtr, Degrader> degrader;
  Kept<CutKey, CutPtr> cut;
  Kept<CaseKey, CaseDataPtr> data;
  Volume preview;

  LoadedPtr read(File& file, FileKey key, const InputChoice& input, Role role, const Progress& progress,
                 const std::stop_token& stop);
  LoadedPtr run(const FromModel& from, const LoadedPtr& image, const Progress& progress, const std::stop_token& stop);
  MaskPtr select_label(const MaskKey& key);
  ImagePtr fit_image(const LoadedPtr& loaded, const Grid& grid, GridChoice choice);
  PredictionPtr predict(const PredictionKey& key, const Progress& progress, const std::stop_token& stop);
  [[nodiscard]] Volume degrade(const FromMask& from, const MaskPtr& mask, const Progress& progress,
                               const std::stop_token& stop);
  [[nodiscard]] Volume play_back(const FromRun& from, const Grid& grid) const;
  CutPtr cut_at(const PredictionPtr& made, std::optional<double> threshold);
  CaseDataPtr load(const Session& session, const Progress& progress, const Stops& stops);
};

LoadedPtr CaseLoader::Parts::read(File& file, FileKey key, const InputChoice& input, Role role,
                                  const Progress& progress, const std::stop_token& stop) {
  const Progress part = [&](double share, std::string_view what) {
    if (progress) {
      progress((static_cast<double>(role) + share) / 3, what);
    }
  };
  const LoadedPtr& loaded = file.get(key, [&]() -> LoadedPtr {
    if (key.path.empty()) {
      return nullptr;
    }
    LoadedVolume volume = sources.files(input, role, part, stop);
    note_change(key, volume);
    return std::make_shared<const LoadedVolume>(std::move(volume));
  });
  if (stop.stop_requested()) {
    throw Cancelled();
  }
  return loaded;
}

LoadedPtr CaseLoader::Parts::run(const FromModel& from, const LoadedPtr& image_read, const Progress& progress,
                                 const std::stop_token& stop) {
  return model.get({from.model, image_read}, [&] {
    if (!image_read) {
      throw Refusal("E_MODEL_IMAGE", from.model.path, "a model works on an image, and none is open",
                    "open the image as well (--image)");
    }
    return std::make_shared<const LoadedVolume>(run_model(from.model, *image_read, sources.models, progress, stop));
  });
}

MaskPtr CaseLoader::Parts::select_label(const MaskKey& key) {
  return mask.get(key, [&] {
    const trace::Span span(trace::Category::load, "select the label");
    Mask made;
    if (key.labels) {
      made.labels =
          std::make_shared<const LoadedVolume>(labels_on(key.grid, *key.labels, key.fitting, made.assumptions));
      made.volume = binary_mask(*made.labels, key.choice, made.assumptions);
      made.centre = centroid(made.volume);
    }
    return std::make_shared<const Mask>(std::move(made));
  });
}

ImagePtr CaseLoader::Parts::fit_image(const LoadedPtr& loaded, const Grid& grid, GridChoice choice) {
  return image.get({loaded, grid, choice}, [&] {
    const trace::Span span(trace::Category::load, "fit the image");
    Image made;
    if (loaded) {
      made.volume = fit_to(grid, *loaded, Role::image, choice, made.assumptions);
      std::tie(made.low, made.high) = automatic_window(made.volume);
    }
    return std::make_shared<const Image>(std::move(made));
  });
}

Volume CaseLoader::Parts::degrade(const FromMask& from, const MaskPtr& of, const Progress& progress,
                                  const std::stop_token& stop) {
  const trace::Span span(trace::Category::load, "degrade the mask");
  if (progress) {
    progress(0.0, "degrading the mask");
  }
  (void)degrader.get(of, [&] { return Degrader(of->volume); });
  return degrader.value()->volume(from.degradation, threads, stop);
}

Volume CaseLoader::Parts::play_back(const FromRun& from, const Grid& grid) const {
  Volume state = sources.runs ? sources.runs(from) : Volume();
  if (state.empty()) {
    throw Refusal("E_PLAYBACK", "descent", "the descent was left", "begin a new one");
  }
  if (state.grid.size != grid.size) {
    throw Refusal("E_PLAYBACK", "descent", "the descent belongs to another case", "begin a new one");
  }
  return state;
}

PredictionPtr CaseLoader::Parts::predict(const PredictionKey& key, const Progress& progress,
                                         const std::stop_token& stop) {
  return prediction.get(key, [&] {
    Prediction made;
    const auto* degraded = std::get_if<FromMask>(&key.source);
    const auto* run_state = std::get_if<FromRun>(&key.source);
    if (key.loaded) {
      made = read_prediction(key);
    } else if (degraded != nullptr && !key.mask->volume.empty()) {
      made.volume = degrade(*degraded, key.mask, progress, stop);
    }
    if (key.mask->labels && !made.volume.empty()) {
      PredictionValues values{std::move(made.volume), made.kind == PredictionKind::logit};
      made.volume = without_ignored(std::move(values), *key.mask->labels, key.labels).volume;
    }
    if (run_state != nullptr && !key.mask->volume.empty()) {
      made.volume = play_back(*run_state, key.mask->volume.grid);
      made.kind = PredictionKind::logit;
    }
    return std::make_shared<const Prediction>(std::move(made));
  });
}

CutPtr CaseLoader::Parts::cut_at(const PredictionPtr& made, std::optional<double> threshold) {
  return cut.get({made, threshold}, [&] {
    if (!threshold || made->volume.empty()) {
      return std::make_shared<const Cut>(Cut{made->volume, made->kind});
    }
    const trace::Span span(trace::Category::load, "cut the prediction");
    return std::make_shared<const Cut>(Cut{thresholded(made->volume, made->kind, *threshold)});
  });
}

CaseDataPtr CaseLoader::Parts::load(const Session& session, const Progress& progress, const Stops& stops) {
  const CaseChoice& study = session.study;
  const auto* from_model = session.prediction().from<FromModel>();
  CaseKey key;
  key.unit = study.spacing;
  key.image_file = read(image_file, key_of(study.image), study.image, Role::image, progress, stops.reading);
  key.mask_file = read(mask_file, key_of(study.mask), study.mask, Role::mask, progress, stops.reading);
  const auto* from_file = session.prediction().from<FromFile>();
  LoadedPtr predicted = read(prediction_file, prediction_key(session), from_file ? from_file->file : InputChoice(),
                             Role::prediction, progress, stops.reading);
  if (from_model != nullptr) {
    predicted = run(*from_model, key.image_file, progress, stops.reading);
  }
  if (stops.computing.stop_requested()) {
    throw Cancelled();
  }
  // A model's output has the image's grid, and so the image's answers.
  const Answers answers = from_file != nullptr ? from_file->file.answers : study.image.answers;
  const GridChoice fitting = grid_choice(study.mask.answers);
  const Grid grid =
      case_grid({key.mask_file.get(), predicted.get(), key.image_file.get(), fitting, grid_choice(answers)});
  key.mask = select_label({key.mask_file, with_answers(study.labels, study.mask.answers), grid, fitting});
  key.image = fit_image(key.image_file, grid, grid_choice(study.image.answers));

  const PredictionChoice seen = session.seen_prediction();
  PredictionKey wanted{seen.source, {}, nullptr, {}, grid, study.labels, key.mask};
  if (seen.from<FromFile>() != nullptr || seen.from<FromModel>() != nullptr) {
    wanted.meaning = seen.meaning;
    wanted.loaded = predicted;
    wanted.answers = answers;
  }
  key.prediction = predict(wanted, progress, stops.computing);
  key.cut = cut_at(key.prediction, seen.threshold);
  return data.get(key, [&] { return std::make_shared<const CaseData>(assemble(key, grid)); });
}

CaseLoader::CaseLoader(int threads, Sources sources) : parts_(std::make_unique<Parts>()) {
  parts_->threads = threads;
  parts_->sources = std::move(sources);
}

CaseLoader::~CaseLoader() = default;

CaseDataPtr CaseLoader::load(const Session& session, const Progress& progress, const Stops& stops) {
  try {
    return parts_->load(session, progress, stops);
  } catch (...) {
    parts_->data.forget();  // nobody sees it any more
    throw;
  }
}

Volume CaseLoader::preview(const Degradation& degradation, const std::array<std::int64_t, 3>& voxel) {
  Parts& parts = *parts_;
  const PredictionKey* made_from = parts.prediction.key();
  const auto* made = made_from == nullptr ? nullptr : std::get_if<FromMask>(&made_from->source);
  if (made == nullptr || parts.degrader.key() == nullptr || *parts.degrader.key() != made_from->mask ||
      parts.cut.key() == nullptr || parts.cut.key()->threshold) {
    return {};
  }
  const bool same_components = degradation.drop == made->degradation.drop &&
                               (degradation.drop == 0 || degradation.seed == made->degradation.seed);
  if (!same_components) {
    return {};
  }
  const trace::Span span(trace::Category::load, "degrade three planes");
  const Grid& grid = made_from->mask->volume.grid;
  if (parts.preview.empty() || parts.preview.grid != grid) {
    parts.preview = make_volume(grid, VoxelType::float32);
  }
  for (int axis = 0; axis < 3; ++axis) {
    const Plane plane{axis, voxel[static_cast<std::size_t>(axis)]};
    std::vector<float> values(static_cast<std::size_t>(grid.voxels() / grid.size[axis]));
    parts.degrader.value()->plane(degradation, plane, values);
    put_plane(values, plane, parts.preview);
    if (made_from->labels.ignored) {
      clear_ignored(parts.preview, plane, made_from->mask->labels->volume, made_from->labels);
    }
  }
  return parts.preview;
}

CaseDataPtr load_case(const Session& session, const Progress& progress, std::stop_token stop, int threads,
                      Sources sources) {
  return CaseLoader(threads, std::move(sources)).load(session, progress, std::move(stop));
}

}  // namespace lossscope
