// SPDX-License-Identifier: Apache-2.0
#include "app/engine/case_loader.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/engine/case_parts.h"
#include "app/engine/class_view.h"
#include "app/engine/kept.h"
#include "app/engine/plane_edits.h"
#include "basics/trace.h"
#include "losses/outputs.h"

namespace lossscope {

bool reads_same_files(const Session& before, const Session& now) {
  const auto same = [](const FileKey& was, const FileKey& is) { return was.path.empty() || was == is; };
  const FileKey image_before = key_of(before.study.image), image_now = key_of(now.study.image);
  const auto *model_before = before.prediction().from<FromModel>(), *model_now = now.prediction().from<FromModel>();
  const bool model =
      model_before == nullptr || (model_now != nullptr && *model_now == *model_before && image_now == image_before);
  return model && same(image_before, image_now) &&
         same(key_of(mask_to_read(before.study)), key_of(mask_to_read(now.study))) &&
         same(prediction_key(before), prediction_key(now));
}

/// What the classes of a case are loaded from; how a loss combines them is no part of it.
struct ClassesKey {
  CaseChoice study;
  PredictionChoice prediction;
  bool operator==(const ClassesKey&) const = default;
};
struct SeenKey {
  LoadedClassesPtr classes;
  std::optional<std::size_t> which;
  bool operator==(const SeenKey&) const = default;
};

/// Whether there is something to compare class by class.
bool has_classes(const Session& session) {
  const auto* file = session.prediction().from<FromFile>();
  const bool predicted =
      session.prediction().from<std::monostate>() == nullptr && (file == nullptr || !file->file.path.empty());
  return session.study.classes && !session.study.mask.path.empty() && predicted;
}

namespace {

FileKey key_beside(const LoadedPtr& mask, const Session& session) {
  FileKey key = prediction_key(session);
  if (mask && !key.path.empty()) {
    key.hints.beside = mask->volume.grid.size;
  }
  return key;
}

/// Of three files, the part that the one of this role takes.
Progress part_of(const Progress& progress, Role role) {
  return [&progress, role](double share, std::string_view what) {
    if (progress) {
      progress((static_cast<double>(role) + share) / 3, what);
    }
  };
}

}  // namespace

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
  Kept<ClassesKey, LoadedClassesPtr> every_class;
  Kept<SeenKey, CaseDataPtr> looked_at;
  Volume preview;
  std::optional<FileKey> overlapping;  ///< a mask whose segments overlap: read with the labels that were chosen

  LoadedPtr read_mask(const CaseChoice& study, const Progress& progress, const std::stop_token& stop);
  LoadedPtr read(File& file, FileKey key, const InputChoice& input, Role role, const Progress& progress,
                 const std::stop_token& stop);
  LoadedPtr run(const FromModel& from, const LoadedPtr& image, const Progress& progress, const std::stop_token& stop);
  MaskPtr select_label(const MaskKey& key);
  ImagePtr fit_image(const ImageKey& key);
  PredictionPtr predict(const PredictionKey& key, const Progress& progress, const std::stop_token& stop);
  [[nodiscard]] Volume degrade(const FromMask& from, const MaskPtr& mask, const Progress& progress,
                               const std::stop_token& stop);
  [[nodiscard]] Volume play_back(const FromRun& from, const Grid& grid) const;
  CutPtr cut_at(const CutKey& key);
  std::vector<LoadedPtr> read_channels(const FileKey& key, const InputChoice& input, const Progress& progress,
                                       const std::stop_token& stop);
  CaseDataPtr load(const Session& session, const Progress& progress, const Stops& stops, LoadedPtr channel = nullptr);
};

/// Of segments that overlap, those of the labels that were chosen, if any were: the others would hide parts of them.
LoadedPtr CaseLoader::Parts::read_mask(const CaseChoice& study, const Progress& progress, const std::stop_token& stop) {
  const InputChoice input = mask_to_read(study);
  const FileKey plain = key_of(input);
  if (overlapping != plain) {
    try {
      return read(mask_file, plain, input, Role::mask, progress, stop);
    } catch (const Refusal& refusal) {
      if (refusal.code != "E_COMPONENTS" || study.labels.values.empty()) {
        throw;
      }
      overlapping = plain;
    }
  }
  FileKey of_labels = plain;
  of_labels.hints.labels = study.labels.values;
  return read(mask_file, std::move(of_labels), input, Role::mask, progress, stop);
}

LoadedPtr CaseLoader::Parts::read(File& file, FileKey key, const InputChoice& input, Role role,
                                  const Progress& progress, const std::stop_token& stop) {
  const LoadedPtr& loaded = file.get(key, [&]() -> LoadedPtr {
    if (key.path.empty()) {
      return nullptr;
    }
    free_spare_outputs();  // those of the case before are of other sizes
    LoadedVolume volume = sources.files(input, key.hints, role, part_of(progress, role), stop);
    note_change(key, volume);
    return std::make_shared<const LoadedVolume>(std::move(volume));
  });
  if (stop.stop_requested()) {
    throw Cancelled();
  }
  return loaded;
}

std::vector<LoadedPtr> CaseLoader::Parts::read_channels(const FileKey& key, const InputChoice& input,
                                                        const Progress& progress, const std::stop_token& stop) {
  prediction_file.forget();
  free_spare_outputs();
  std::vector<LoadedPtr> channels;
  for (LoadedVolume& volume : sources.channels(input, key.hints, part_of(progress, Role::prediction), stop)) {
    note_change(key, volume);
    channels.push_back(std::make_shared<const LoadedVolume>(std::move(volume)));
  }
  return channels;
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
  return mask.get(key, [&] { return std::make_shared<const CaseMask>(make_mask(key)); });
}

ImagePtr CaseLoader::Parts::fit_image(const ImageKey& key) {
  return image.get(key, [&] { return std::make_shared<const CaseImage>(make_image(key)); });
}

Volume CaseLoader::Parts::degrade(const FromMask& from, const MaskPtr& of, const Progress& progress,
                                  const std::stop_token& stop) {
  const trace::Span span(trace::Category::load, "degrade the mask");
  if (progress) {
    progress(0.0, "degrading the mask");
  }
  (void)degrader.get(of, [&] { return Degrader(of->volume, of->counts); });
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
    CasePrediction made;
    const auto* degraded = std::get_if<FromMask>(&key.source);
    const auto* run_state = std::get_if<FromRun>(&key.source);
    if (key.loaded) {
      made = read_prediction(key);
    } else if (degraded != nullptr && !key.mask->volume.empty()) {
      made.volume = degrade(*degraded, key.mask, progress, stop);
    }
    if (run_state != nullptr && !key.mask->volume.empty()) {
      made.volume = play_back(*run_state, key.mask->volume.grid);
      made.kind = PredictionKind::logit;
    }
    return std::make_shared<const CasePrediction>(std::move(made));
  });
}

CutPtr CaseLoader::Parts::cut_at(const CutKey& key) {
  return cut.get(key, [&] { return std::make_shared<const CutPrediction>(make_cut(key)); });
}

CaseDataPtr CaseLoader::Parts::load(const Session& session, const Progress& progress, const Stops& stops,
                                    LoadedPtr channel) {
  const CaseChoice& study = session.study;
  const auto* from_model = session.prediction().from<FromModel>();
  CaseKey key;
  key.unit = study.spacing;
  key.image_file = read(image_file, key_of(study.image), study.image, Role::image, progress, stops.reading);
  key.mask_file = read_mask(study, progress, stops.reading);
  const auto* from_file = session.prediction().from<FromFile>();
  LoadedPtr predicted =
      channel ? std::move(channel)
              : read(prediction_file, key_beside(key.mask_file, session), from_file ? from_file->file : InputChoice(),
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
  key.image = fit_image({key.image_file, grid, grid_choice(study.image.answers)});

  const PredictionChoice seen = session.seen_prediction();
  PredictionKey wanted{seen.source, {}, nullptr, {}, grid, study.labels, key.mask};
  if (seen.from<FromFile>() != nullptr || seen.from<FromModel>() != nullptr) {
    wanted.meaning = seen.meaning;
    wanted.loaded = predicted;
    wanted.answers = answers;
  }
  key.prediction = predict(wanted, progress, stops.computing);
  key.cut = cut_at({key.prediction, seen.threshold});
  return data.get(key, [&] { return std::make_shared<const CaseData>(assemble(key, grid)); });
}

CaseLoader::CaseLoader(int threads, Sources sources) : parts_(std::make_unique<Parts>()) {
  parts_->threads = threads;
  parts_->sources = std::move(sources);
}

CaseLoader::~CaseLoader() = default;

CaseDataPtr CaseLoader::load(const Session& session, const Progress& progress, const Stops& stops) {
  try {
    if (has_classes(session)) {
      return load_class(session, progress, stops);
    }
    parts_->every_class.forget();  // each is as large as the case
    parts_->looked_at.forget();
    return parts_->load(session, progress, stops);
  } catch (...) {
    parts_->data.forget();  // nobody sees it any more
    throw;
  }
}

CaseLoader::ClassFiles CaseLoader::read_classes(const Session& session, const Progress& progress, const Stops& stops) {
  ClassFiles files;
  files.mask = parts_->read_mask(session.study, progress, stops.reading);
  if (const auto* from_file = session.prediction().from<FromFile>()) {
    files.channels = parts_->read_channels(key_beside(files.mask, session), from_file->file, progress, stops.reading);
  }
  return files;
}

CaseDataPtr CaseLoader::load_channel(const Session& session, std::shared_ptr<const LoadedVolume> channel,
                                     const Progress& progress, const Stops& stops) {
  return parts_->load(session, progress, stops, std::move(channel));
}

CaseDataPtr CaseLoader::load_class(const Session& session, const Progress& progress, const Stops& stops) {
  ClassesKey key{session.study, session.seen_prediction()};
  key.study.classes->combination = {};
  // A copy: every channel is loaded by this loader, too.
  const LoadedClassesPtr classes = parts_->every_class.get(key, [&] {
    parts_->looked_at.forget();
    return look_at_classes(load_classes(*this, session, *session.study.classes, progress, stops, parts_->threads),
                           parts_->threads, stops.computing);
  });
  return parts_->looked_at.get({classes, session.look.shown_class}, [&] {
    return seen_case(classes, session.look.shown_class, parts_->threads, stops.computing);
  });
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
  }
  return parts.preview;
}

CaseDataPtr load_case(const Session& session, const Progress& progress, std::stop_token stop, int threads,
                      Sources sources) {
  return CaseLoader(threads, std::move(sources)).load(session, progress, std::move(stop));
}

}  // namespace lossscope
