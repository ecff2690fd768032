// SPDX-License-Identifier: Apache-2.0
// lossscope info: what would be loaded, without computing anything.
#include <array>
#include <iostream>
#include <memory>

#include "app/commands/answer_options.h"
#include "app/commands/command.h"
#include "app/commands/volume_json.h"
#include "app/engine/slicing.h"
#include "app/io/case.h"
#include "app/io/dataset_names.h"
#include "app/io/known_spacing.h"
#include "app/io/model_client.h"
#include "losses/json/loss_json.h"

namespace lossscope::commands {
namespace {

struct InfoOptions {
  std::string file, as = "image", image;
  AnswerArguments answers;
};

Role role_of(const std::string& as) {
  return as == "mask" ? Role::mask : (as == "prediction" ? Role::prediction : Role::image);
}

/// Before anything is read. Throws UsageError.
void check_info_answers(const InfoOptions& options) {
  Session valid;
  valid.predict_from<FromFile>();
  apply_answers(options.answers, valid);
  const bool is_model = options.as == "model";
  if (is_model && !options.image.empty()) {
    throw UsageError("--image is said of a volume, not of a model");
  }
  for (const auto& [question, given] : options.answers.given) {
    const QuestionInfo& row = lossscope::info(question);
    for (const std::string& text : given) {
      const std::string answer = text.substr(text.starts_with(options.as + "=") ? options.as.size() + 1 : 0);
      if (is_model || !can_be_said(row, role_of(options.as), answer)) {
        throw UsageError("--" + std::string(row.id) + " " + text + " is never said of a file as " + options.as);
      }
    }
  }
}

Json volume_json(const LoadedVolume& loaded) {
  Json json{{"path", loaded.path}, {"format", loaded.format}};
  add_grid(json, loaded.grid);
  if (!knows_spacing(loaded)) {
    json["spacing_known"] = false;  // the numbers are what stands in its place: 1 a voxel
  }
  json["type"] = loaded.stored_type;
  json["components"] = loaded.components;
  json["sha256"] = loaded.sha256;
  const ValueSummary& values = loaded.values;
  json["values"] = {{"min", number_or_null(values.minimum)},
                    {"max", number_or_null(values.maximum)},
                    {"sum", number_or_null(values.sum)},
                    {"nan", values.nan},
                    {"inf", values.inf}};
  json["labels"] = Json::array();
  for (const LabelCount& label : loaded.labels) {
    json["labels"].push_back({{"value", label.value}, {"voxels", label.voxels}});
    if (!label.name.empty()) {
      json["labels"].back()["name"] = label.name;
    }
  }
  return json;
}

void print_volume(const LoadedVolume& loaded, const std::string& fits) {
  const auto& size = loaded.grid.size;
  const std::array<double, 3> counts{double(size[0]), double(size[1]), double(size[2])};
  std::cout << displayable(loaded.path) << "\n  format   " << loaded.format << ", " << loaded.stored_type
            << "\n  grid     " << triple(counts);
  if (knows_spacing(loaded)) {
    std::cout << " voxels of " << triple(loaded.grid.spacing) << " mm\n  origin   " << triple(loaded.grid.origin)
              << " mm (LPS)\n";
  } else {
    std::cout << (flat_axis(loaded.grid) ? " pixels" : " voxels") << ", of no known size: lengths are in "
              << (flat_axis(loaded.grid) ? "pixels\n" : "voxels\n");
  }
  std::cout << "  values   " << loaded.values.minimum << " to " << loaded.values.maximum << ", " << loaded.values.nan
            << " NaN, " << loaded.values.inf << " infinite\n";
  if (!loaded.labels.empty()) {
    std::cout << "  labels  ";
    for (std::size_t i = 0; i < loaded.labels.size() && i < 8; ++i) {
      const LabelCount& label = loaded.labels[i];
      std::cout << ' ' << label.value << (label.name.empty() ? "" : " " + label.name) << " (" << label.voxels << ")";
    }
    std::cout << (loaded.labels.size() > 8 ? " and " + std::to_string(loaded.labels.size() - 8) + " more\n" : "\n");
  }
  if (!fits.empty()) {
    std::cout << "  fits     " << fits << '\n';
  }
}

/// What a model's file says about itself. Nothing of the model is run.
void run_model_info(const std::string& path, const std::string& json_target, const std::stop_token& stop) {
  const ModelInfo model = inspect_model(path, stop);
  if (json_target.empty()) {
    std::cout << displayable(path) << "\n  format   TorchScript, version " << model.version << ", " << model.bytes
              << " bytes\n  SHA-256  " << model.sha256 << "\n  class    " << model.class_name << "\n  forward  "
              << model.signature << '\n';
    return;
  }
  write_json({{"path", path},
              {"format", "TorchScript"},
              {"version", model.version},
              {"sha256", model.sha256},
              {"class", model.class_name},
              {"signature", model.signature},
              {"bytes", model.bytes},
              {"assumptions", Json::array()}},
             json_target);
}

void run_info(const InfoOptions& options, const std::string& json_target, const std::stop_token& stop) {
  if (options.as == "model") {
    run_model_info(options.file, json_target, stop);
    return;
  }
  Session session;
  session.predict_from<FromFile>();  // whatever the file is meant as, it can be answered for
  apply_answers(options.answers, session);
  const Role role = role_of(options.as);
  const LabelChoice& labels = session.study.labels;
  const Answers& answers = session.input(role)->answers;
  const ReadRequest request{options.file, role, role == Role::mask ? with_ignored(answers, labels) : answers, true};
  LoadedVolume loaded = read_volume(request, terminal_progress(), stop);
  if (role == Role::mask) {
    name_by_dataset(loaded);
  }
  std::vector<Assumption> assumptions = loaded.assumptions;
  Decided decided{{role, loaded.taken}};
  if (role == Role::mask) {
    const LabelChoice choice = choice_in(loaded, with_answers(labels, answers));
    check_label_choice(loaded, choice, assumptions);
    decided[role].merge(decided_by(loaded, choice));
  } else if (role == Role::prediction && loaded.values.nan + loaded.values.inf > 0) {
    decided[role].insert(Question::nan);
  }
  for (const Assumption& unused : unused_answers(options.answers, decided)) {
    assumptions.push_back(unused);
  }
  std::string fits;
  if (!options.image.empty()) {
    const LoadedVolume image = read_volume({options.image, Role::image, session.study.image.answers, true}, {}, stop);
    const FitReport report = compare_grids(image.grid, loaded.grid);
    fits = to_string(report.fit);
    if (report.fit != Fit::same) {
      assumptions.push_back({"W_GRID", report.text});
    }
  }
  const Json reported = report_assumptions(assumptions);
  if (json_target.empty()) {
    print_volume(loaded, fits);
    return;
  }
  Json json = volume_json(loaded);
  json["fits"] = fits.empty() ? Json(nullptr) : Json(fits);
  json["assumptions"] = reported;
  write_json(json, json_target);
}

}  // namespace

void add_info(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("info", "Say what would be loaded from a file, without computing anything");
  const auto options = std::make_shared<InfoOptions>();
  command->add_option("FILE", options->file, "A volume, a folder of DICOM slices, or a model")->required();
  command->add_option("--as", options->as, "What the file is meant as")
      ->check(CLI::IsMember({"image", "mask", "prediction", "model"}));
  command->add_option("--image", options->image, "Also say whether the grid fits this image's");
  constexpr std::array kAskedOfCases{Question::grid, Question::kind};
  add_answer_options(*command, options->answers, kAskedOfCases);
  command->add_option("--json", chosen.json, "Write JSON to a file, or to stdout with -")->type_name("OUT");
  command->callback([options, &chosen] {
    check_info_answers(*options);
    chosen.run = [options, &chosen](const std::stop_token& stop) { run_info(*options, chosen.json, stop); };
  });
}

}  // namespace lossscope::commands
