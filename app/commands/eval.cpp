// SPDX-License-Identifier: Apache-2.0
// lossscope eval: losses, metrics and maps of a mask and a prediction.
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <utility>

#include "app/commands/eval_classes.h"
#include "app/commands/eval_options.h"
#include "app/commands/volume_json.h"
#include "app/engine/case_loader.h"
#include "app/engine/loss_result.h"
#include "app/engine/map_statistics.h"
#include "app/engine/stopwatch.h"
#include "basics/trace.h"
#include "losses/drivers/cuda.h"
#include "losses/json/loss_json.h"
#include "losses/parallel.h"

namespace lossscope::commands {
namespace {

/// One run of eval: the case, and what its losses share.
class Run {
 public:
  Run(const EvalOptions& options, std::stop_token stop)
      : options_(options),
        stop_(std::move(stop)),
        session_(session_of(options.inputs, stop_)),
        losses_(losses_of(options.inputs, session_)) {
    if (session_.study.classes) {
      throw UsageError("the session looks at classes: say which with --classes, as --classes all");
    }
    for (const auto& pattern : {options.contribution, options.gradient, options.counterfactual}) {
      if (!pattern.empty()) {
        (void)output_path(pattern, "x", losses_.size() > 1);
      }
    }
    driver_ = parsed([&] { return make_driver(options.device); });
    for (ConfiguredLoss& loss : losses_) {
      loss.loss = driver_->loss(loss.loss->declaration().id);
    }
    data_ = load_case(session_, terminal_progress(), stop_, options.inputs.threads,
                      {.models = model_policy(options.inputs.model)});
    problem_ = problem_of(*data_);
  }

  Json run() {
    Json json{{"lossscope", LOSSSCOPE_VERSION},
              {"device", driver_->id()},
              {"threads", resolve_threads(options_.inputs.threads)}};
    json["assumptions"] = report_assumptions(assumptions_of(options_.inputs, *data_));
    json["inputs"] = inputs();
    json["metrics"] = metrics_json(compute_metrics(problem_, options_.inputs.threads, stop_));
    json["losses"] = Json::array();
    for (const ConfiguredLoss& loss : losses_) {
      json["losses"].push_back(evaluate(loss));
    }
    if (!options_.distance.empty()) {
      write_volume(driver_->field_map(*driver_->field({FieldKind::mask_distance, {}}, problem_, stop_)),
                   options_.distance);
    }
    return json;
  }

 private:
  /// "nonzero", one label, or a list of them.
  static Json labels_json(const std::vector<std::int64_t>& labels) {
    return labels.empty() ? Json("nonzero") : (labels.size() == 1 ? Json(labels.front()) : Json(labels));
  }

  Json inputs() const {
    Json mask = file_json(data_->labels, data_->grid);
    mask["label"] = labels_json(session_.study.labels.values);
    return {{"mask", mask}, {"prediction", prediction_json(*data_, session_, options_.inputs.predict)}};
  }

  Json evaluate(const ConfiguredLoss& loss) {
    Stopwatch watch;
    const int threads = options_.inputs.threads;
    Evaluation made{loss.loss, problem_, loss.parameters, {}, {}};
    made.fields = fields_of(*loss.loss, loss.parameters, problem_, driver_fields(*driver_, stop_));
    const double auxiliary = watch.restart();
    {
      const trace::Span span(trace::Category::reduce, "sums over the volume");
      made.reduce(threads, stop_);
    }
    const Reduction& reduction = made.reduction;
    const double reduce = watch.restart();
    const bool logit = options_.wrt == "logit";
    const MapKind gradient = logit ? MapKind::gradient_logit : MapKind::gradient_probability;
    const MapStatistics s = map_statistics(made, gradient, threads, stop_);
    const double map = watch.restart();
    write_map(made, MapKind::contribution, options_.contribution);
    write_map(made, gradient, options_.gradient);
    write_map(made, MapKind::counterfactual, options_.counterfactual);

    Json json = value_json(loss, reduction.value);
    if (Json parts = parts_json(loss, reduction); !parts.is_null()) {
      json["parts"] = std::move(parts);
    }
    json["parameters"] = parameters_json(loss);
    json["blind"] = !reduction.blind.empty();
    if (!reduction.blind.empty()) {
      json["blind_reason"] = reduction.blind;
    }
    json["contribution"] = {
        {"sum", number_or_null(s.contribution_sum)},
        {"min", number_or_null(s.contribution_minimum)},
        {"max", number_or_null(s.contribution_maximum)},
        {"by_region",
         {{"tp", s.by_region[0]}, {"fp", s.by_region[1]}, {"fn", s.by_region[2]}, {"tn", s.by_region[3]}}}};
    json["gradient"] = {{"wrt", options_.wrt},
                        {"min", number_or_null(s.gradient_minimum)},
                        {"max", number_or_null(s.gradient_maximum)},
                        {"l1", number_or_null(s.gradient_l1)},
                        {"l2", number_or_null(s.gradient_l2)}};
    json["seconds"] = {{"auxiliary", auxiliary}, {"reduce", reduce}, {"map", map}};
    return json;
  }

  void write_map(const Evaluation& made, MapKind kind, const std::string& pattern) const {
    if (pattern.empty()) {
      return;
    }
    const Volume map = make_volume(data_->grid, VoxelType::float32);
    const MapKind kinds[]{kind};
    const std::span<float> out[]{map.voxels<float>()};
    made.map_volume(kinds, out, options_.inputs.threads, stop_);
    write_volume(map, output_path(pattern, made.loss->declaration().id, losses_.size() > 1));
  }

  const EvalOptions& options_;
  std::stop_token stop_;
  Session session_;
  std::vector<ConfiguredLoss> losses_;
  std::shared_ptr<const CaseData> data_;
  Problem problem_;
  std::unique_ptr<Driver> driver_;
};

void print_losses(const Json& json) {
  const Json& metrics = json["metrics"];
  std::cout << "metrics";
  for (const char* name : {"dice", "jaccard", "sensitivity", "specificity", "precision", "hausdorff95"}) {
    std::cout << "  " << name << ' ' << metrics[name];
  }
  std::printf("\n%-16s %14s %12s %12s %12s %12s\n", "loss", "value", "TP", "FP", "FN", "TN");
  for (const Json& loss : json["losses"]) {
    const Json& region = loss["contribution"]["by_region"];
    std::printf("%-16s %14.8g %12.4g %12.4g %12.4g %12.4g%s\n", loss["id"].get<std::string>().c_str(),
                loss["value"].is_null() ? NAN : loss["value"].get<double>(), region["tp"].get<double>(),
                region["fp"].get<double>(), region["fn"].get<double>(), region["tn"].get<double>(),
                loss["blind"].get<bool>() ? "  blind" : "");
  }
}

void run_eval(const EvalOptions& options, const std::stop_token& stop) {
  if (options.classes.given()) {
    eval_classes(options, stop);
    return;
  }
  const Json json = Run(options, stop).run();
  for (const Json& loss : json["losses"]) {
    if (loss["blind"].get<bool>()) {
      std::cerr << "lossscope: " << loss["id"].get<std::string>()
                << " is blind here: " << loss["blind_reason"].get<std::string>() << '\n';
    }
  }
  if (options.json != "-") {
    std::cout.flush();
    print_losses(json);
  }
  if (!options.json.empty()) {
    write_json(json, options.json);
  }
}

}  // namespace

void add_eval(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("eval", "Evaluate losses on a mask and a prediction");
  const auto o = std::make_shared<EvalOptions>();
  add_case_options(*command, o->inputs);
  add_loss_options(*command, o->inputs);
  add_class_options(*command, o->classes, "Whose map --contribution and --gradient write; {class} in OUT writes all");
  command->add_option("--device", o->device, "cpu or cuda[:N]");
  command->add_option("--contribution", o->contribution, "Write the map of contributions")->type_name("OUT");
  command->add_option("--gradient", o->gradient, "Write the map of gradients")->type_name("OUT");
  const auto* wrt = command->add_option("--wrt", o->wrt, "What the gradient is taken with respect to")
                        ->check(CLI::IsMember({"probability", "logit"}));
  command
      ->add_option("--counterfactual", o->counterfactual, "Write by how much the loss would drop if a voxel were right")
      ->type_name("OUT");
  command->add_option("--distance", o->distance, "Write the signed distance map of the mask")->type_name("OUT");
  command->add_option("--json", o->json, "Write JSON to a file, or to stdout with -")->type_name("OUT");
  command->callback([o, wrt, &chosen] {
    check_answers(o->inputs);
    check_class_options(*o);
    if (wrt->count() > 0 && o->gradient.empty() && (o->json.empty() || o->classes.given())) {
      throw UsageError("--wrt is said of a gradient, and none is written: --gradient OUT, or --json OUT");
    }
    chosen.json = o->json;
    chosen.run = [o](const std::stop_token& stop) { run_eval(*o, stop); };
  });
}

}  // namespace lossscope::commands
