// SPDX-License-Identifier: Apache-2.0
// What stands in a report, and in which order.
#include "app/figures/report.h"

#include <algorithm>

#include "app/engine/case_data.h"
#include "app/figures/case_text.h"
#include "app/figures/live_formula.h"
#include "app/figures/pictures.h"
#include "app/figures/report_tables.h"
#include "app/figures/scenes.h"
#include "app/figures/sheet.h"
#include "app/figures/slice_figures.h"
#include "app/figures/sweep_charts.h"
#include "app/figures/sweep_figure.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

using Kind = ReportPart::Kind;

/// Makes one report.
class Writer {
 public:
  Writer(FigureMaker& maker, const ReportOptions& options, int threads, const Progress& progress, std::stop_token stop)
      : maker_(maker), options_(options), threads_(threads), progress_(progress), stop_(std::move(stop)) {
    sheet_.view = FigureView::contact_sheet;
    sheet_.rule = SliceRule::max_loss;
    sheet_.crop = true;
  }

  Report write() {
    const CaseData& data = maker_.data();
    report_.title =
        QStringLiteral("LossScope: ") + input_name(QString::fromStdString(maker_.session().study.mask.path));
    add({.kind = Kind::title, .text = report_.title});
    add({.text = case_text(maker_.session(), data)});
    step(0.02, "case");
    heading(QStringLiteral("Case"));
    add(case_table(maker_.session(), data));
    add_assumptions(data);
    step(0.05, "metrics");
    add_metrics(data);
    step(0.1, "losses");
    add_values();
    step(0.3, "pictures");
    add_pictures();
    step(0.45, "contact sheet");
    add_sheet();
    step(0.5, "comparison");
    add_comparison();
    step(0.55, "losses");
    for (const ConfiguredLoss& loss : maker_.losses()) {
      add_loss(loss);
    }
    add_sweeps(data);
    heading(QStringLiteral("Versions and hashes"));
    add(version_table(options_.versions, data));
    step(1, {});
    return std::move(report_);
  }

 private:
  void add(ReportPart part) { report_.parts.push_back(std::move(part)); }
  void heading(const QString& text) { add({.kind = Kind::heading, .text = text}); }
  /// A figure with its number and `title` in its caption.
  void add_figure(widgets::Figure figure, const QString& title, double aspect) {
    figure.label = QStringLiteral("Figure %1. %2").arg(++figures_).arg(title);
    figure.title.clear();
    figure.subtitle.clear();
    add({.kind = Kind::figure, .figure = std::move(figure), .aspect = aspect});
  }
  void step(double share, std::string_view what) const {
    if (stop_.stop_requested()) {
      throw Cancelled();
    }
    if (progress_) {
      progress_(share, what);
    }
  }

  void add_assumptions(const CaseData& data) {
    heading(QStringLiteral("Assumed"));
    if (data.assumptions.empty()) {
      add({.text = QStringLiteral("Nothing: every file said all that was needed.")});
    } else {
      add(assumption_table(data));
    }
  }

  void add_metrics(const CaseData& data) {
    heading(QStringLiteral("Metrics of the prediction thresholded at 0.5"));
    add(metrics_table(compute_metrics(problem_of(data), threads_, stop_)));
  }

  /// A frame with one loss in the three planes. It is a sheet's, too, so that no loss is evaluated twice.
  std::shared_ptr<Frame> frame_of(const ConfiguredLoss& loss) {
    return maker_.frame(sheet_, loss.loss->declaration().id);
  }

  void add_values() {
    const auto frame = maker_.frame(sheet_);
    (void)FigureMaker::result_of(*frame);  // throws where there is nothing to evaluate
    std::vector<LossRow> rows;
    QString boundary;
    for (const ComparedPane& pane : frame->compared) {
      const LossResultPtr& of = pane.result;
      if (of) {
        step(0.1 + 0.2 * static_cast<double>(rows.size()) / static_cast<double>(frame->compared.size()),
             of->loss->declaration().name);
        rows.push_back({text(of->loss->declaration().name), of->reduction.value, maker_.statistics(of)});
        boundary = boundary_text(*rows.back().statistics, unit_text(*frame->data));
      }
    }
    heading(QStringLiteral("All losses and where they come from"));
    add(loss_table(rows));
    add({.text = QStringLiteral("Shares of the value by what the prediction thresholded at 0.5 makes of a voxel, and "
                                "within %1 of the mask's boundary.")
                     .arg(boundary)});
  }

  /// The three planes through the costliest axial slice under one loss.
  void add_planes(const ConfiguredLoss& loss) {
    const auto frame = frame_of(loss);
    const widgets::ColourScale scale = overlay_scale(*frame);
    widgets::Figure figure;
    for (const Anatomical plane : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
      widgets::FigurePanel panel;
      const auto scene = slice_scene(*frame, plane, scale);
      scene->focusOn(case_box(*frame, plane));
      panel.scene = scene;
      figure.panels.push_back(std::move(panel));
    }
    figure.columns = 3;
    figure.scale = scale;
    figure.non_finite = frame->non_finite;
    figure.legend = frame->session.look.display.show_contours;
    figure.caption << layer_sentence(maker_.session()) +
                          QStringLiteral(" The axial slice is the one with the largest share of %1.")
                              .arg(text(maker_.losses().front().loss->declaration().name));
    add_figure(std::move(figure), value_title(*frame) + QStringLiteral(" in three planes."), 0.85);
  }

  void add_pictures() {
    heading(QStringLiteral("Where the loss is"));
    add_planes(maker_.losses().front());
    step(0.35, "surfaces");
    FigureRequest surfaces = sheet_;
    surfaces.view = FigureView::surfaces;
    widgets::Figure three = maker_.make(surfaces);
    const QString title = three.title;
    add_figure(std::move(three), title + QStringLiteral(" on the surfaces."), 1.1);
  }

  void add_loss(const ConfiguredLoss& loss) {
    const Declaration& about = loss.loss->declaration();
    const auto frame = frame_of(loss);
    const Reduction& reduction = FigureMaker::result_of(*frame).reduction;
    const bool first = &loss == &maker_.losses().front();
    heading(value_title(*frame));
    if (const QByteArray svg = formula_svg(about.id); !svg.isEmpty()) {
      add({.kind = Kind::formula, .svg = svg});
    } else if (!about.formula.empty()) {
      add({.text = text(about.formula), .keep = true});
    }
    if (const QString live = live_formula(*loss.loss, loss.parameters, reduction); !live.isEmpty()) {
      add({.text = QStringLiteral("= ") + live, .keep = true});
    }
    add({.text = text(about.summary) + QLatin1Char(' ') + text(about.use_when), .keep = true});
    if (!reduction.blind.empty()) {
      add({.text = QStringLiteral("Blind here: ") + QString::fromStdString(reduction.blind), .keep = true});
    }
    ReportPart table = parameter_table(loss);
    if (!table.rows.empty()) {
      add(std::move(table));
    }
    if (!first) {  // those of the first loss are there already
      add_planes(loss);
    }
  }

  void add_sheet() {
    heading(QStringLiteral("All losses on one slice"));
    widgets::Figure figure = maker_.make(sheet_);
    const QString title = figure.title;
    add_figure(std::move(figure), title + u'.', 1);
  }

  /// The gradients of the first two losses; of a single one beside cross-entropy's, or beside Dice's.
  void add_comparison() {
    const std::string first(maker_.losses().front().loss->declaration().id);
    FigureRequest request = sheet_;
    request.view = FigureView::difference;
    request.gradient_of = GradientOf::logit;
    request.compared = {first, first == "bce" ? "dice" : "bce"};
    if (maker_.losses().size() > 1) {
      request.compared[1] = maker_.losses()[1].loss->declaration().id;
    }
    const auto by_logit = maker_.frame(request);
    if (by_logit->compared[0].norm == 0 || by_logit->compared[1].norm == 0) {  // all p are 0 or 1
      request.gradient_of = GradientOf::probability;
    }
    heading(QStringLiteral("Comparison"));
    widgets::Figure figure = maker_.make(request);
    const QString title = figure.title;
    add_figure(std::move(figure), title + u'.', maker_.aspect_of(request));
  }

  [[nodiscard]] std::vector<SweepRequest> sweeps() const {
    if (!options_.sweeps.empty()) {
      return options_.sweeps;
    }
    const SweepRequest threshold{{SweepVariable::Kind::threshold}, 0.1, 0.9, 9};
    if (maker_.session().seen_prediction().from<FromMask>() == nullptr) {
      return {threshold};
    }
    return {{{SweepVariable::Kind::shift}, 0, 8, 9}, {along_degradation("dilate"), -4, 4, 9}};
  }

  void add_sweeps(const CaseData& data) {
    std::vector<ConfiguredLoss> losses = maker_.losses();
    losses.resize(std::min<std::size_t>(losses.size(), 6));
    heading(QStringLiteral("Sweeps"));
    const auto requests = sweeps();
    for (std::size_t at = 0; at < requests.size(); ++at) {
      step(0.7 + 0.25 * static_cast<double>(at) / static_cast<double>(requests.size()), "sweeps");
      const Session& session = maker_.session();
      const Sweep sweep = run_sweep(session, data, losses, requests[at], threads_, {}, stop_);
      widgets::Figure figure =
          sweep_figure(sweep, {}, swept_value(session, sweep, session.prediction().degradation().shift));
      const QString title = figure.title;
      add_figure(std::move(figure), title + u'.', 1.15);
    }
  }

  FigureMaker& maker_;
  const ReportOptions& options_;
  int threads_;
  const Progress& progress_;
  std::stop_token stop_;
  Report report_;
  FigureRequest sheet_;
  int figures_ = 0;
};

}  // namespace

Report make_report(FigureMaker& maker, const ReportOptions& options, int threads, const Progress& progress,
                   std::stop_token stop) {
  return Writer(maker, options, threads, progress, std::move(stop)).write();
}

}  // namespace lossscope
