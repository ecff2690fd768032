// SPDX-License-Identifier: Apache-2.0
#include "app/commands/eval_classes.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <iostream>
#include <limits>
#include <optional>
#include <utility>

#include "app/commands/volume_json.h"
#include "app/engine/class_numbers.h"
#include "app/engine/stopwatch.h"
#include "losses/classes/class_evaluation.h"
#include "losses/json/loss_json.h"
#include "losses/parallel.h"

namespace lossscope::commands {
namespace {

constexpr std::int64_t kPiece = 1 << 15;

/// Smallest, largest and sum of a map.
struct MapRange {
  double low = std::numeric_limits<double>::infinity(), high = -low, sum = 0;

  void add(std::span<const float> values) {
    for (const float value : values) {
      const auto v = static_cast<double>(value);
      low = std::min(low, v);
      high = std::max(high, v);
      sum += v;
    }
  }
};

/// eval over the classes of one case.
class ClassRun {
 public:
  ClassRun(const EvalOptions& options, const std::stop_token& stop) : options_(options), stop_(stop) {
    CaseArguments inputs = options.inputs;
    settings_ = take_class_settings(inputs.settings);
    session_ = session_of(inputs, stop);
    if (session_.prediction().from<FromModel>() != nullptr) {
      throw UsageError("the session's prediction is a model's, and --classes or --regions reads channels from a file");
    }
    losses_ = losses_of(inputs, session_);
    parsed([&] { check_class_settings("--set", settings_, losses_); });
    check_paths();
    CaseLoader loader(inputs.threads);
    case_ = load_classes(loader, session_, class_choice(options.classes), terminal_progress(), stop, inputs.threads);
    which_ = named_class(options.classes, case_);
    if (case_.problem.activation == Activation::softmax) {
      most_likely_ = most_likely_class(case_.problem, inputs.threads, stop);
    }
  }

  Json run() {
    Json json{
        {"lossscope", LOSSSCOPE_VERSION}, {"device", "cpu"}, {"threads", resolve_threads(options_.inputs.threads)}};
    json["assumptions"] = report_assumptions(assumptions_of(options_.inputs, *case_.data));
    json["inputs"] = inputs();
    json["metrics"] = measure();
    json["losses"] = Json::array();
    for (const ConfiguredLoss& loss : losses_) {
      json["losses"].push_back(evaluate(loss));
    }
    return json;
  }

 private:
  void check_paths() const {
    for (const auto& pattern : {options_.contribution, options_.gradient}) {
      if (!pattern.empty()) {
        (void)output_path(pattern, "x", losses_.size() > 1);
      }
    }
    const bool all = options_.gradient.find(kClassMark) != std::string::npos;
    if (!options_.gradient.empty() && options_.classes.which.empty() && !all) {
      throw UsageError(
          "a gradient is that of one channel: say which with --class LABEL, or write all with {class} in "
          "--gradient's name");
    }
  }

  Json inputs() const {
    Json prediction = prediction_json(*case_.data, session_, options_.inputs.predict);
    prediction["activation"] = case_.problem.activation == Activation::softmax ? "softmax" : "sigmoid";
    prediction["channels"] = case_.labels.size();
    for (const ChannelFile& file : case_.files) {
      prediction["files"].push_back({{"path", file.path}, {"sha256", file.sha256}});
    }
    return {{"mask", file_json(case_.data->labels, case_.data->grid)}, {"prediction", prediction}};
  }

  Json metrics_json_between(const Volume& mask, const Volume& predicted) const {
    return metrics_json(metrics_between(case_.problem, mask, predicted, options_.inputs.threads, stop_));
  }

  /// Keeps the metrics of each class; gives those of all classes but the background together.
  Json measure() {
    const Volume mask = make_volume(case_.data->grid, VoxelType::uint8), found = make_volume(mask.grid, mask.type);
    const auto join = [](const Volume& into, const Volume& one) {
      std::ranges::transform(into.voxels<std::uint8_t>(), one.voxels<std::uint8_t>(),
                             into.voxels<std::uint8_t>().begin(),
                             [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a | b); });
    };
    for (std::size_t c = 0; c < case_.labels.size(); ++c) {
      const ClassChannel& one = case_.problem.classes[c];
      const Volume predicted = predicted_as(case_.problem, c, most_likely_, options_.inputs.threads, stop_);
      metrics_.push_back(metrics_json_between(one.problem.mask, predicted));
      if (!one.background) {
        join(mask, one.problem.mask);
        join(found, predicted);
      }
    }
    return metrics_json_between(mask, found);
  }

  Json evaluate(const ConfiguredLoss& loss) {
    Stopwatch watch;
    const ClassEvaluation made = parsed([&] {
      return evaluate_classes(*loss.loss, loss.parameters, case_.problem, combinations_of("--set", loss, settings_),
                              options_.inputs.threads, stop_);
    });
    const double reduce = watch.restart();
    Json json = value_json(loss, made.value);
    if (Json parts = parts_json(loss, made.value, made.parts); !parts.is_null()) {
      json["parts"] = std::move(parts);
    }
    json["parameters"] = parameters_json(loss);
    json["classes"] = classes_json(made);
    const MapRange all = write_contributions(made, {}, which_ ? "" : path_of(options_.contribution, loss, {}));
    json["contribution"] = {
        {"sum", number_or_null(all.sum)}, {"min", number_or_null(all.low)}, {"max", number_or_null(all.high)}};
    write_class_maps(made, loss);
    json["seconds"] = {{"reduce", reduce}, {"map", watch.restart()}};
    return json;
  }

  Json classes_json(const ClassEvaluation& made) const {
    Json json = Json::array();
    for (std::size_t c = 0; c < case_.labels.size(); ++c) {
      const Json label = case_.labels[c].size() == 1 ? Json(case_.labels[c].front()) : Json(case_.labels[c]);
      Json row{{"label", label}, {"name", case_.problem.classes[c].name}};
      row.update(class_json(made, c));
      row["metrics"] = metrics_[c];
      json.push_back(std::move(row));
    }
    return json;
  }

  /// OUT for a loss and, where its name has {class}, a class.
  std::string path_of(const std::string& pattern, const ConfiguredLoss& loss, std::optional<std::size_t> c) const {
    std::string path =
        pattern.empty() ? pattern : output_path(pattern, loss.loss->declaration().id, losses_.size() > 1);
    if (path.find(kClassMark) == std::string::npos) {
      return c && c != which_ ? std::string() : path;
    }
    return c ? class_path(path, case_, *c) : std::string();
  }

  template <class Map>
  MapRange write(const std::string& path, Map map) const {
    const Volume volume = make_volume(case_.data->grid, VoxelType::float32);
    const auto voxels = volume.voxels<float>();
    parallel_pieces(
        case_.data->grid.voxels(), kPiece, options_.inputs.threads, stop_, [&](std::int64_t begin, std::int64_t end) {
          map(begin, voxels.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
        });
    if (!path.empty()) {
      write_volume(volume, path);
    }
    MapRange range;
    range.add(voxels);
    return range;
  }

  MapRange write_contributions(const ClassEvaluation& made, std::optional<std::size_t> c,
                               const std::string& path) const {
    return write(path, [&](std::int64_t begin, std::span<float> out) { made.contributions(c, begin, out); });
  }

  void write_class_maps(const ClassEvaluation& made, const ConfiguredLoss& loss) const {
    std::vector<std::string> gradients;
    for (std::size_t c = 0; c < case_.labels.size(); ++c) {
      if (const std::string path = path_of(options_.contribution, loss, c); !path.empty()) {
        (void)write_contributions(made, c, path);
      }
      gradients.push_back(path_of(options_.gradient, loss, c));
    }
    write_gradients(made, gradients);
  }

  /// Of each class that has a path. All of them are made at once: through a softmax each has a share of all classes.
  void write_gradients(const ClassEvaluation& made, const std::vector<std::string>& paths) const {
    const MapKind kind = options_.wrt == "logit" ? MapKind::gradient_logit : MapKind::gradient_probability;
    if (std::ranges::count_if(paths, std::not_fn(&std::string::empty)) < 2) {
      for (std::size_t c = 0; c < paths.size(); ++c) {
        if (!paths[c].empty()) {
          (void)write(paths[c], [&](std::int64_t begin, std::span<float> out) { made.gradients(c, kind, begin, out); });
        }
      }
      return;
    }
    std::vector<Volume> maps;
    std::vector<std::span<float>> channels;
    for (std::size_t c = 0; c < paths.size(); ++c) {
      maps.push_back(make_volume(case_.data->grid, VoxelType::float32));
      channels.push_back(maps.back().voxels<float>());
    }
    made.map_volume(kind, {}, channels, options_.inputs.threads, stop_);
    for (std::size_t c = 0; c < paths.size(); ++c) {
      write_volume(maps[c], paths[c]);
    }
  }

  const EvalOptions& options_;
  std::stop_token stop_;
  Session session_;
  std::vector<ClassSetting> settings_;
  std::vector<ConfiguredLoss> losses_;
  ClassCase case_;
  std::optional<std::size_t> which_;
  Volume most_likely_;
  std::vector<Json> metrics_;
};

/// A number in `width` columns, or a dash where there is none.
std::string column(const Json& number, int width, const char* format, double factor = 1) {
  std::array<char, 64> text{'-'};
  if (number.is_number()) {
    std::snprintf(text.data(), text.size(), format, factor * number.get<double>());
  }
  const std::string shown(text.data());
  return std::string(static_cast<std::size_t>(std::max(1, width - static_cast<int>(shown.size()))), ' ') + shown;
}

void print_classes(const Json& json) {
  for (const Json& loss : json["losses"]) {
    std::cout << loss["id"].get<std::string>() << column(loss["value"], 0, "%.8g") << '\n';
    std::cout << "  class                             value     weight    share %      Dice\n";
    for (const Json& one : loss["classes"]) {
      const std::string name = one["name"].get<std::string>().substr(0, 24);
      std::cout << "  " << name << std::string(24 - name.size(), ' ') << column(one["value"], 15, "%.8g")
                << column(one["weight"], 11, "%.4g") << column(one["share"], 11, "%.1f", 100)
                << column(one["metrics"]["dice"], 10, "%.4f") << '\n';
    }
  }
}

}  // namespace

void check_class_options(const EvalOptions& options) {
  (void)class_choice(options.classes);
  if (!options.classes.given()) {
    return;
  }
  const auto said = [&](Question question) {
    const auto given = options.inputs.answers.given.find(question);
    return given != options.inputs.answers.given.end() && !given->second.empty();
  };
  const auto refuse = [](const std::string& what) {
    throw UsageError(what + " is not said with --classes or --regions");
  };
  if (said(Question::label)) {
    refuse("--label");
  }
  if (said(Question::component)) {
    refuse("--component: all channels are read; it");
  }
  if (!options.counterfactual.empty()) {
    refuse("--counterfactual");
  }
  if (!options.distance.empty()) {
    refuse("--distance");
  }
  if (options.device != "cpu") {
    refuse("--device " + options.device + ": classes are computed on the CPU; it");
  }
  if (options.inputs.predict.starts_with("model:")) {
    refuse("--predict model: write its channels to a file first; it");
  }
}

void eval_classes(const EvalOptions& options, const std::stop_token& stop) {
  const Json json = ClassRun(options, stop).run();
  if (options.json != "-") {
    print_classes(json);
  }
  if (!options.json.empty()) {
    write_json(json, options.json);
  }
}

}  // namespace lossscope::commands
