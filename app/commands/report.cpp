// SPDX-License-Identifier: Apache-2.0
// lossscope report: everything about a case and its losses in one file.
#include <memory>

#include "app/commands/case_arguments.h"
#include "app/commands/headless.h"
#include "app/engine/case_loader.h"
#include "app/figures/report.h"
#include "app/figures/versions.h"
#include "app/io/safe_file.h"

namespace lossscope::commands {
namespace {

struct ReportOptions {
  CaseArguments inputs;
  std::string out;
};

bool is_html(const std::string& path) {
  const QString name = QString::fromStdString(path).toLower();
  if (name.endsWith(QLatin1String(".html")) || name.endsWith(QLatin1String(".htm"))) {
    return true;
  }
  if (!name.endsWith(QLatin1String(".pdf"))) {
    throw UsageError("a report's name ends in .html or .pdf, not '" + path + "'");
  }
  return false;
}

void run_report(const ReportOptions& options, const std::stop_token& stop) {
  const bool html = is_html(options.out);
  const Progress progress = terminal_progress();
  const int threads = options.inputs.threads;
  const Session session = session_of(options.inputs, stop);
  const auto losses = losses_of(options.inputs, session);
  const auto data = load_case(session, progress, stop, threads, {.models = model_policy(options.inputs.model)});
  FigureMaker maker({session, data}, losses, threads, stop);
  const Headless qt;
  report_assumptions(assumptions_of(options.inputs, *data));
  const Report report =
      make_report(maker, {{}, versions(), QString::fromStdString(options.out)}, threads, progress, stop);
  const QByteArray bytes = html ? report_html(report) : report_pdf(report);
  write_file(options.out, std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

}  // namespace

void add_report(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("report", "Write everything about a case and its losses into one HTML or PDF");
  const auto o = std::make_shared<ReportOptions>();
  add_case_options(*command, o->inputs);
  add_loss_options(*command, o->inputs);
  command->add_option("-o,--output", o->out, "The report")->required()->type_name("OUT.html|.pdf");
  command->callback([o, &chosen] {
    check_answers(o->inputs);
    chosen.run = [o](const std::stop_token& stop) { run_report(*o, stop); };
  });
}

}  // namespace lossscope::commands
