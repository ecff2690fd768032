// SPDX-License-Identifier: Apache-2.0
// lossscope sweep: values of losses and metrics along a degradation, a threshold or a parameter.
#include <iostream>
#include <memory>

#include "app/commands/case_arguments.h"
#include "app/commands/headless.h"
#include "app/engine/case_loader.h"
#include "app/engine/sweep.h"
#include "app/figures/case_text.h"
#include "app/figures/sweep_figure.h"
#include "app/io/safe_file.h"

namespace lossscope::commands {
namespace {

struct SweepOptions {
  CaseArguments inputs;
  std::string vary, csv, png, size;
  SweepRequest request;
  double dpi = 192;
};

void draw(const SweepOptions& options, const Sweep& sweep, const Session& session, const CaseData& data) {
  const Headless qt;
  const Paper paper = paper_of(options.size, options.dpi, sweep_figure_size(sweep));
  write_figure(options.png, sweep_figure(sweep, case_text(session, data)), paper);
}

void run_sweep(const SweepOptions& options, const std::stop_token& stop) {
  if (!options.png.empty()) {
    (void)format_of(options.png);
  }
  const Session session = session_of(options.inputs, stop);
  auto losses = losses_of(options.inputs, session);
  SweepRequest request = options.request;
  request.variable = parsed([&] { return parse_sweep_variable(options.vary, losses); });
  const auto data = load_case(session, terminal_progress(), stop, options.inputs.threads,
                              {.models = model_policy(options.inputs.model)});
  report_assumptions(assumptions_of(options.inputs, *data));
  const Sweep sweep = parsed([&] {
    return run_sweep(session, *data, std::move(losses), request, options.inputs.threads, terminal_progress(), stop);
  });
  const std::string csv = to_csv(sweep);
  if (options.csv.empty() || options.csv == "-") {
    std::cout << csv;
  } else {
    write_file(options.csv, csv);
  }
  if (!options.png.empty()) {
    draw(options, sweep, session, *data);
  }
}

}  // namespace

void add_sweep(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("sweep", "Evaluate losses along a degradation, a threshold or a parameter");
  const auto o = std::make_shared<SweepOptions>();
  add_case_options(*command, o->inputs);
  add_loss_options(*command, o->inputs);
  command
      ->add_option(
          "--vary", o->vary,
          "What to change: shift (mm, along the shift of --predict, or the first axis), dilate (mm), soften "
          "(mm), noise (standard deviation), threshold (the prediction becomes 0 or 1), or a parameter: NAME or "
          "LOSS.NAME")
      ->required();
  command->add_option("--from", o->request.from, "First value")->required();
  command->add_option("--to", o->request.to, "Last value")->required();
  command->add_option("--steps", o->request.steps, "How many values, both ends included")->capture_default_str();
  command->add_option("--csv", o->csv, "Write the table here; without it, or with -, to stdout")->type_name("OUT");
  auto* const picture = command->add_option("--png", o->png, "Draw the curves: a .png, .svg or .pdf")->type_name("OUT");
  command->add_option("--size", o->size, "Size of the picture in pixels")->type_name("WxH")->needs(picture);
  command->add_option("--dpi", o->dpi, "Pixels per inch of the picture")
      ->capture_default_str()
      ->check(CLI::Range(24.0, 2400.0))
      ->needs(picture);
  command->callback([o, &chosen] {
    check_answers(o->inputs);
    chosen.run = [o](const std::stop_token& stop) { run_sweep(*o, stop); };
  });
}

}  // namespace lossscope::commands
