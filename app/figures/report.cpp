// SPDX-License-Identifier: Apache-2.0
// What stands in a report, and in which order.
#include "app/figures/report.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/figures/case_text.h"
#include "app/figures/exports.h"
#include "app/figures/live_formula.h"
#include "app/figures/pictures.h"
#include "app/figures/scenes.h"
#include "app/figures/sweep_figure.h"
#include "app/figures/text.h"
#include "losses/metrics/metrics.h"

namespace lossscope {
namespace {

using Kind = ReportPart::Kind;

QString number(double value, int digits = 5) {
  return std::isfinite(value) ? widgets::chart_number(value, digits) : QStringLiteral("undefined");
}

QString size_text(const Grid& grid) {
  return QStringLiteral("%1 \u00d7 %2 \u00d7 %3 voxels of %4 \u00d7 %5 \u00d7 %6 mm")
      .arg(grid.size[0])
      .arg(grid.size[1])
      .arg(grid.size[2])
      .arg(number(grid.spacing[0], 4), number(grid.spacing[1], 4), number(grid.spacing[2], 4));
}

/// One report on its way.
class Writer {
 public:
  Writer(FigureMaker& maker, const ReportOptions& options, int threads, const Progress& progress, std::stop_token stop)
      : maker_(maker), options_(options), threads_(threads), progress_(progress), stop_(std::move(stop)) {}

  Report write() {
    const CaseData& data = maker_.data();
    report_.title = QStringLiteral("LossScope: ") + input_name(QString::fromStdString(maker_.session().mask.path));
    add({.kind = Kind::title, .text = report_.title});
    add({.text = case_text(maker_.session(), data)});
    step(0.02, "case");
    add_case(data);
    add_assumptions(data);
    step(0.05, "metrics");
    add_metrics(data);
    add_values();
    add_pictures();
    add_losses();
    step(0.5, "contact sheet");
    add_sheet();
    step(0.65, "comparison");
    add_comparison();
    add_sweeps(data);
    add_versions(data);
    step(1, {});
    return std::move(report_);
  }

 private:
  void add(ReportPart part) { report_.parts.push_back(std::move(part)); }
  void heading(const QString& text, bool new_page = false) {
    add({.kind = Kind::heading, .text = text, .new_page = new_page});
  }
  void step(double share, std::string_view what) const {
    if (stop_.stop_requested()) {
      throw Cancelled();
    }
    if (progress_) {
      progress_(share, what);
    }
  }

  static QStringList file_row(const QString& role, const LoadedVolume& file) {
    return {role, QStringLiteral("%1 (%2, %3)")
                      .arg(input_name(QString::fromStdString(file.path)), QString::fromStdString(file.format),
                           QString::fromStdString(file.stored_type))};
  }

  void add_case(const CaseData& data) {
    const Session& session = maker_.session();
    heading(QStringLiteral("Case"));
    ReportPart table{.kind = Kind::table};
    if (!data.image.volume.empty()) {
      table.rows.push_back(file_row(QStringLiteral("image"), data.image));
    }
    table.rows.push_back(file_row(QStringLiteral("mask"), data.labels));
    const auto& labels = session.label.values;
    table.rows.push_back({QStringLiteral("label"), labels.empty()
                                                       ? QStringLiteral("all that are not 0")
                                                       : QString::fromStdString(label_text(labels, "nonzero"))});
    if (session.source == PredictionSource::file) {
      table.rows.push_back(file_row(QStringLiteral("prediction"), data.prediction_file));
    } else {
      const QString how = QString::fromStdString(to_string(session.degradation));
      table.rows.push_back({QStringLiteral("prediction"), how.isEmpty()
                                                              ? QStringLiteral("the mask itself")
                                                              : QStringLiteral("the mask, degraded by ") + how});
    }
    table.rows.push_back({QStringLiteral("grid"), size_text(data.grid)});
    table.rows.push_back({QStringLiteral("distances in"), session.spacing == SpacingUse::unit
                                                              ? QStringLiteral("voxels")
                                                              : QStringLiteral("millimetres")});
    add(std::move(table));
  }

  void add_assumptions(const CaseData& data) {
    heading(QStringLiteral("Assumed"));
    if (data.assumptions.empty()) {
      add({.text = QStringLiteral("Nothing: every file said all that was needed.")});
    }
    ReportPart table{.kind = Kind::table};
    for (const Assumption& assumption : data.assumptions) {
      table.rows.push_back({QString::fromStdString(assumption.code), QString::fromStdString(assumption.text)});
    }
    if (!table.rows.empty()) {
      add(std::move(table));
    }
  }

  void add_metrics(const CaseData& data) {
    Problem problem{data.mask, data.prediction, data.kind, data.grid.spacing};
    const Metrics m = compute_metrics(problem, threads_, stop_);
    heading(QStringLiteral("Metrics of the prediction thresholded at 0.5"));
    const auto mm = QStringLiteral(" mm");
    const auto ml = [](double cubic) { return number(cubic / 1000) + QStringLiteral(" ml"); };
    add({.kind = Kind::table,
         .rows = {{QStringLiteral("Dice"), number(m.dice)},
                  {QStringLiteral("Jaccard"), number(m.jaccard)},
                  {QStringLiteral("sensitivity"), number(m.sensitivity)},
                  {QStringLiteral("specificity"), number(m.specificity)},
                  {QStringLiteral("precision"), number(m.precision)},
                  {QStringLiteral("Hausdorff distance"), number(m.hausdorff) + mm},
                  {QStringLiteral("95th percentile"), number(m.hausdorff95) + mm},
                  {QStringLiteral("mean surface distance"), number(m.mean_surface_distance) + mm},
                  {QStringLiteral("volume of the mask"), ml(m.volume_mask)},
                  {QStringLiteral("volume of the prediction"), ml(m.volume_prediction)}}});
  }

  void add_values() {
    heading(QStringLiteral("Losses"));
    ReportPart table{.kind = Kind::table};
    for (const ConfiguredLoss& loss : maker_.losses()) {
      const auto frame = maker_.frame(loss, {});
      table.rows.push_back({text(loss.loss->declaration().name),
                            frame->reduction ? number(frame->reduction->value, 8) : QStringLiteral("undefined")});
    }
    add(std::move(table));
  }

  /// The three planes through the costliest axial slice under one loss.
  widgets::Figure planes(const ConfiguredLoss& loss) {
    FigureRequest request;
    request.rule = SliceRule::max_loss;
    const auto frame = maker_.frame(loss, request);
    const widgets::ColourScale scale = overlay_scale(*frame);
    widgets::Figure figure;
    for (const Anatomical plane : {Anatomical::axial, Anatomical::coronal, Anatomical::sagittal}) {
      widgets::FigurePanel panel;
      panel.scene = slice_scene(*frame, plane, scale);
      figure.panels.push_back(std::move(panel));
    }
    figure.columns = 3;
    figure.scale = scale;
    figure.non_finite = frame->non_finite;
    figure.legend = frame->session.show_contours;
    return figure;
  }

  void add_pictures() {
    step(0.1, "pictures");
    heading(QStringLiteral("Where the loss is"), true);
    const ConfiguredLoss& first = maker_.losses().front();
    widgets::Figure figure = planes(first);
    figure.title = text(first.loss->declaration().name);
    figure.caption << layer_sentence(maker_.session()) +
                          QStringLiteral(" The axial slice is the one with the largest share of the loss.");
    add({.kind = Kind::figure, .figure = std::move(figure), .aspect = 0.85});
    step(0.15, "surfaces");
    FigureRequest surfaces;
    surfaces.view = FigureView::surfaces;
    widgets::Figure three = maker_.make(surfaces);
    three.title = QStringLiteral("Surfaces");
    three.subtitle.clear();
    add({.kind = Kind::figure, .figure = std::move(three), .aspect = 1.1});
  }

  void add_loss(const ConfiguredLoss& loss, bool first) {
    const Declaration& about = loss.loss->declaration();
    const auto frame = maker_.frame(loss, {});
    const Reduction& reduction = *frame->reduction;
    ReportPart head{.kind = Kind::heading,
                    .text = QStringLiteral("%1: %2").arg(text(about.name), number(reduction.value, 8)),
                    .new_page = first};
    add(std::move(head));
    if (const QByteArray svg = formula_svg(about.id); !svg.isEmpty()) {
      add({.kind = Kind::formula, .svg = svg});
    }
    if (const QString live = live_formula(*loss.loss, loss.parameters, reduction); !live.isEmpty()) {
      add({.text = QStringLiteral("= ") + live, .keep = true});
    }
    add({.text = text(about.summary) + QLatin1Char(' ') + text(about.use_when), .keep = true});
    if (!reduction.blind.empty()) {
      add({.text = QStringLiteral("Blind here: ") + QString::fromStdString(reduction.blind), .keep = true});
    }
    ReportPart table{.kind = Kind::table};
    for (std::size_t at = 0; at < loss.parameters.size(); ++at) {
      const ParameterInfo& row = loss.loss->parameters()[at];
      table.rows.push_back({text(row.label), QString::fromStdString(value_text(row, loss.parameters[at]))});
    }
    table.rows.push_back({QStringLiteral("shares"), shares(loss, *frame)});
    table.keep = &loss != &maker_.losses().front();
    add(std::move(table));
    if (&loss != &maker_.losses().front()) {  // the first one's are large already
      add({.kind = Kind::figure, .figure = planes(loss), .aspect = 0.85});
    }
  }

  /// Of the value, by what the thresholded prediction makes of a voxel.
  QString shares(const ConfiguredLoss& loss, const Frame& frame) {
    const auto parts = maker_.outcome_contributions(loss, frame);
    double sum = 0;
    for (const double part : parts) {
      sum += std::abs(part);
    }
    const std::array names{QStringLiteral("TP"), QStringLiteral("FP"), QStringLiteral("FN"), QStringLiteral("TN")};
    QStringList words;
    for (std::size_t at = 0; at < parts.size(); ++at) {
      words << QStringLiteral("%1 %2 %").arg(names[at], number(sum > 0 ? 100 * parts[at] / sum : 0, 3));
    }
    return words.join(QStringLiteral(", "));
  }

  void add_losses() {
    const auto& losses = maker_.losses();
    for (std::size_t at = 0; at < losses.size(); ++at) {
      step(0.2 + 0.3 * static_cast<double>(at) / static_cast<double>(losses.size()), "losses");
      add_loss(losses[at], at == 0);
    }
  }

  [[nodiscard]] FigureMaker maker_of(std::vector<ConfiguredLoss> losses) const {
    return {maker_.session(), std::move(losses), threads_, {}, stop_};
  }

  /// All losses, those that were chosen with their own parameters.
  [[nodiscard]] std::vector<ConfiguredLoss> every_loss_as_chosen() const {
    std::vector<ConfiguredLoss> losses = every_loss(maker_.session());
    for (ConfiguredLoss& loss : losses) {
      for (const ConfiguredLoss& chosen : maker_.losses()) {
        loss = chosen.loss == loss.loss ? chosen : loss;
      }
    }
    return losses;
  }

  void add_sheet() {
    FigureMaker sheet = maker_of(every_loss_as_chosen());
    FigureRequest request;
    request.view = FigureView::contact_sheet;
    request.rule = SliceRule::max_loss;
    request.crop = true;
    heading(QStringLiteral("All losses on one slice"), true);
    ReportPart part{.kind = Kind::figure, .figure = sheet.make(request), .aspect = sheet.aspect_of(request)};
    part.figure.subtitle.clear();
    part.figure.columns = 4;
    add(std::move(part));
  }

  /// Up to four of the chosen losses; a single one beside cross-entropy, or beside Dice.
  void add_comparison() {
    std::vector<ConfiguredLoss> losses = maker_.losses();
    if (losses.size() == 1) {
      const Loss* other = find_loss(losses.front().loss->declaration().id == "bce" ? "dice" : "bce");
      losses.push_back({other, other->defaults()});
    }
    losses.resize(std::min<std::size_t>(losses.size(), 4));
    FigureMaker pair = maker_of(std::move(losses));
    FigureRequest request;
    request.view = FigureView::grid;
    request.rule = SliceRule::max_loss;
    request.crop = true;
    heading(QStringLiteral("Comparison"));
    ReportPart part{.kind = Kind::figure, .figure = pair.make(request), .aspect = pair.aspect_of(request)};
    part.figure.subtitle.clear();
    add(std::move(part));
  }

  [[nodiscard]] std::vector<SweepRequest> sweeps() const {
    if (!options_.sweeps.empty()) {
      return options_.sweeps;
    }
    const SweepRequest threshold{{SweepVariable::Kind::threshold}, 0.1, 0.9, 9};
    if (maker_.session().source != PredictionSource::degraded) {
      return {threshold};
    }
    return {{{SweepVariable::Kind::shift}, 0, 8, 9}, {{SweepVariable::Kind::dilate}, -4, 4, 9}};
  }

  void add_sweeps(const CaseData& data) {
    std::vector<ConfiguredLoss> losses = maker_.losses();
    losses.resize(std::min<std::size_t>(losses.size(), 7));
    heading(QStringLiteral("Sweeps"), true);
    const auto requests = sweeps();
    for (std::size_t at = 0; at < requests.size(); ++at) {
      step(0.7 + 0.25 * static_cast<double>(at) / static_cast<double>(requests.size()), "sweeps");
      const Sweep sweep = run_sweep(maker_.session(), data, losses, requests[at], threads_, {}, stop_);
      ReportPart part{.kind = Kind::figure, .figure = sweep_figure(sweep, {}), .aspect = 1.35};
      part.figure.columns = 3;
      add(std::move(part));
    }
  }

  void add_versions(const CaseData& data) {
    heading(QStringLiteral("Versions and hashes"));
    ReportPart table{.kind = Kind::table};
    for (const QString& version : options_.versions) {
      const qsizetype at = version.indexOf(QLatin1Char(' '));
      table.rows.push_back({version.left(at), version.mid(at + 1)});
    }
    for (const LoadedVolume* file : {&data.image, &data.labels, &data.prediction_file}) {
      if (!file->sha256.empty()) {
        table.rows.push_back(
            {QStringLiteral("SHA-256"), QStringLiteral("%1  %2").arg(QString::fromStdString(file->sha256),
                                                                     input_name(QString::fromStdString(file->path)))});
      }
    }
    add(std::move(table));
  }

  FigureMaker& maker_;
  const ReportOptions& options_;
  int threads_;
  const Progress& progress_;
  std::stop_token stop_;
  Report report_;
};

}  // namespace

Report make_report(FigureMaker& maker, const ReportOptions& options, int threads, const Progress& progress,
                   std::stop_token stop) {
  return Writer(maker, options, threads, progress, std::move(stop)).write();
}

}  // namespace lossscope
