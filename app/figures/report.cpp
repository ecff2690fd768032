// SPDX-License-Identifier: Apache-2.0
// What stands in a report, and in which order.
#include "app/figures/report.h"

#include <QFileInfo>
#include <algorithm>
#include <cmath>

#include "app/engine/case_data.h"
#include "app/engine/voxel_place.h"
#include "app/figures/case_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/live_formula.h"
#include "app/figures/pictures.h"
#include "app/figures/report_places.h"
#include "app/figures/report_recipe.h"
#include "app/figures/report_tables.h"
#include "app/figures/report_words.h"
#include "app/figures/scenes.h"
#include "app/figures/sheet.h"
#include "app/figures/slice_figures.h"
#include "app/figures/sweep_charts.h"
#include "app/figures/sweep_figure.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

using Kind = ReportPart::Kind;

constexpr double kFaint = 0.1;   // of the largest contribution: what is less is not seen beside it
constexpr double kWidest = 1.6;  // width / height of a picture

/// The sheet of all losses.
FigureRequest sheet_request() {
  FigureRequest sheet;
  sheet.view = FigureView::contact_sheet;
  sheet.rule = SliceRule::max_loss;
  sheet.crop = true;
  return sheet;
}

/// Makes one report.
class Writer {
 public:
  Writer(FigureMaker& maker, const ReportOptions& options, int threads, const Progress& progress, std::stop_token stop)
      : maker_(maker),
        options_(options),
        threads_(threads),
        progress_(progress),
        stop_(std::move(stop)),
        sheet_(sheet_request()),
        places_(maker, sheet_) {}

  Report write() {
    const CaseData& data = maker_.data();
    report_.title =
        QStringLiteral("LossScope report: ") + input_name(QString::fromStdString(maker_.session().study.mask.path));
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
    places_.find_whole_error();
    step(0.3, "pictures");
    add_pictures();
    step(0.45, "comparison");
    shared_ = places_.shared_slice();
    add_comparison();  // before the sheet, which needs most of a page
    step(0.5, "contact sheet");
    add_sheet();
    step(0.55, "losses");
    for (const ConfiguredLoss& loss : maker_.losses()) {
      add_loss(loss);
    }
    add_sweeps(data);
    add_method(data);
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
    add(metrics_table(compute_metrics(problem_of(data), threads_, stop_), data));
  }

  void add_values() {
    const auto frame = maker_.frame(sheet_);
    (void)FigureMaker::result_of(*frame);  // throws where there is nothing to evaluate
    std::vector<LossRow> rows;
    QString boundary;
    bool signs = false;
    for (const ComparedPane& pane : frame->compared) {
      const LossResultPtr& of = pane.result;
      if (of) {
        step(0.1 + 0.2 * static_cast<double>(rows.size()) / static_cast<double>(frame->compared.size()),
             of->loss->declaration().name);
        rows.push_back({text(of->loss->declaration().name), of->reduction.value, maker_.statistics(of)});
        signs |= rows.back().statistics->has_contribution && has_negative_parts(*rows.back().statistics);
        boundary = boundary_text(*rows.back().statistics, text(loss_unit(*frame->data)));
      }
    }
    heading(QStringLiteral("All losses and where they come from"));
    add(loss_table(rows));
    add({.text = grid_words(QStringLiteral("Shares of the value by what the prediction thresholded at 0.5 makes of a "
                                           "voxel, and within %1 of the mask's boundary.%2"),
                            maker_.data().grid)
                     .arg(boundary,
                          signs ? QStringLiteral(" ± marks a loss of which some parts are negative: its numbers are "
                                                 "no shares of the value, but each part by the sum of "
                                                 "their sizes.")
                                : QString())});
  }

  /// `why` says why these planes; cross-hairs lead to `marked`.
  void add_planes(const std::shared_ptr<Frame>& frame, const QString& what, const QString& why,
                  const std::optional<std::array<std::int64_t, 3>>& marked = {}) {
    const widgets::ColourScale scale = overlay_scale(*frame);
    widgets::Figure figure;
    double aspect = kWidest;  // the tallest picture fills its panel
    for (const Anatomical plane : places_.planes()) {
      widgets::FigurePanel panel;
      const auto scene = slice_scene(*frame, plane, scale);
      const QRectF box = case_box(*frame, plane);
      scene->focusOn(box);
      if (marked) {
        const auto& axes = frame->views[static_cast<std::size_t>(plane)].axes;
        const auto [x, y] = axes.pixel(maker_.data().grid, *marked);
        scene->mark({static_cast<double>(x), static_cast<double>(y)});
      }
      aspect = std::min(aspect, slice_aspect(*frame, plane, box));
      panel.scene = scene;
      figure.panels.push_back(std::move(panel));
    }
    figure.columns = static_cast<int>(figure.panels.size());
    if (has_layer(frame->session)) {
      figure.scale = scale;
      figure.non_finite = frame->non_finite;
    }
    figure.legend = frame->session.look.display.show_contours;
    figure.uncounted = !frame->data->counts.empty();
    figure.caption << (layer_sentence(maker_.session(), maker_.data().grid) + u' ' + why).trimmed();
    add_figure(std::move(figure), value_title(*frame) + QStringLiteral(". ") + what, aspect);
  }

  /// On the slices where a loss is largest. Values that are too faint for a picture are told instead.
  void add_largest(const std::shared_ptr<Frame>& frame, const std::array<std::int64_t, 3>& slices, double most,
                   const std::optional<WorstVoxel>& worst_voxel) {
    const double worst = worst_voxel ? static_cast<double>(worst_voxel->contribution) : 0;
    if (places_.flat()) {
      add_planes(frame, QStringLiteral("The picture."), {});
    } else if (most < kFaint * worst) {
      add({.text = QStringLiteral("The planes with the largest share of the loss, %1, hold many small contributions, "
                                  "of %2 at most: too faint for a picture whose colours end at %3.")
                       .arg(places_.words(slices))
                       .arg(most, 0, 'g', 3)
                       .arg(frame->range.high, 0, 'g', 3)});
    } else {
      add_planes(
          frame, QStringLiteral("The slices it is largest on."),
          QStringLiteral("Each plane is the one with the largest share of the loss: %1.").arg(places_.words(slices)) +
              (worst_voxel && worst <= kMuchMore * most
                   ? worst_words(voxel_place(maker_.data().grid.size, worst_voxel->offset), worst, most)
                   : QString()));
    }
  }

  /// On the slices where a loss is largest, and through the voxel that costs most where those hold none that costs
  /// nearly as much.
  void add_places(const ConfiguredLoss& loss) {
    const auto slices = maker_.costliest_slices(*places_.frame_of(loss));
    const auto shown = places_.frame_through(loss, slices);
    const auto worst = places_.worst_of(*shown);
    const double most = largest_in(*shown, places_.planes()),
                 contribution = worst ? static_cast<double>(worst->contribution) : 0;
    add_largest(shown, slices, most, worst);
    bool missing = worst && places_.whole_error() && !places_.flat() && !places_.whole_error()->crossed_by(slices);
    if (contribution > kMuchMore * most) {
      const std::array<std::int64_t, 3> voxel = voxel_place(maker_.data().grid.size, worst->offset);
      missing = missing && !places_.whole_error()->crossed_by(voxel);
      add_planes(places_.frame_through(loss, voxel), QStringLiteral("The voxel that costs most."),
                 QStringLiteral("The planes cross at voxel (%1, %2, %3), whose contribution of %4 is the largest one.")
                     .arg(voxel[0])
                     .arg(voxel[1])
                     .arg(voxel[2])
                     .arg(contribution, 0, 'g', 4),
                 voxel);
    }
    if (missing) {
      add_whole_error(loss, contribution);
    }
  }

  /// Where many voxels cost the same, as under Dice, the planes of the largest share may miss a whole structure.
  void add_whole_error(const ConfiguredLoss& loss, double worst) {
    const auto frame = places_.frame_through(loss, places_.whole_error()->voxel);
    if (const double contribution = places_.shown_at(*frame, places_.whole_error()->voxel);
        contribution > kFaint * worst) {
      add_planes(frame, QStringLiteral("The largest structure that is wrong as a whole."),
                 whole_error_words(*places_.whole_error(), contribution), places_.whole_error()->voxel);
    }
  }

  void add_pictures() {
    heading(QStringLiteral("Where the loss is"));
    add_places(maker_.losses().front());
    step(0.35, "surfaces");
    if (places_.flat()) {
      return;  // a picture has no surface
    }
    FigureRequest surfaces = sheet_;
    surfaces.view = FigureView::surfaces;
    widgets::Figure three = maker_.make(surfaces);
    const QString title = three.title;
    add_figure(std::move(three), title + QStringLiteral(". On the surfaces."), 1.1);
  }

  void add_loss(const ConfiguredLoss& loss) {
    const Declaration& about = loss.loss->declaration();
    const auto frame = places_.frame_of(loss);
    const Reduction& reduction = FigureMaker::result_of(*frame).reduction;
    const bool first = &loss == &maker_.losses().front();
    heading(value_title(*frame));
    if (const QByteArray svg = formula_svg(about.id); !svg.isEmpty()) {
      add({.kind = Kind::formula, .bytes = svg});
    } else if (!about.formula.empty()) {
      add({.text = text(about.formula), .keep = true});
    }
    if (const QString live = live_formula(*loss.loss, loss.parameters, reduction); !live.isEmpty()) {
      add({.text = QStringLiteral("= ") + live, .keep = true});
    }
    add({.text = grid_words(text(about.summary), maker_.data().grid), .keep = true});
    if (!reduction.blind.empty()) {
      add({.text = QStringLiteral("Blind in this case: ") + QString::fromStdString(reduction.blind), .keep = true});
    }
    ReportPart table = parameter_table(loss);
    if (!table.rows.empty()) {
      add(std::move(table));
    }
    add({.kind = Kind::subheading,
         .text = QStringLiteral("Advice on this loss in general, not a finding about this case")});
    add(advice_table(about, maker_.data().grid, references_));
    if (!first) {  // those of the first loss are there already
      add_places(loss);
    }
  }

  /// What was done, from where, and how to do it again.
  void add_method(const CaseData& data) {
    const QString version = options_.versions.isEmpty() ? QStringLiteral("LossScope") : options_.versions.front();
    const QString survey = references_.survey();
    heading(QStringLiteral("Method"));
    add({.text = methods_text(maker_.session(), data, maker_.losses(), version, references_)});
    add({.text = QStringLiteral("The table and the sheet of all losses show every loss of the program, those of the "
                                "survey %1 among them, each with its parameters as they were set.")
                     .arg(survey)});
    heading(QStringLiteral("References"));
    add(references_.list());
    const QFileInfo file(options_.name);
    const QString saved = file.completeBaseName() + QStringLiteral(".session.json");
    const Recipe recipe = report_recipe(maker_.session(), maker_.losses(), file.fileName(), saved);
    heading(QStringLiteral("This report again"));
    if (recipe.command.isEmpty()) {
      add({.text =
               QStringLiteral("The prediction is a state of a descent in the window, which no command reaches: write "
                              "it to a file (File, All maps as NIfTI), and open that as the prediction.")});
      return;
    }
    add({.text = recipe.session.isEmpty()
                     ? QStringLiteral("On the same files this command writes the same bytes:")
                     : QStringLiteral("On the same files, with the session below saved as %1, this command writes the "
                                      "same bytes:")
                           .arg(saved),
         .keep = true});
    add({.kind = Kind::code, .text = recipe.command});
    if (!recipe.session.isEmpty()) {
      add({.kind = Kind::file, .text = saved, .bytes = recipe.session});
    }
  }

  /// Whose slice a figure of several losses shows.
  void say_slice(widgets::Figure& figure) {
    const QString name = text(maker_.losses().front().loss->declaration().name);
    if (!places_.flat()) {
      figure.caption << (shared_.voxel ? shared_.why
                                       : QStringLiteral("The slice is the one with the largest share of %1."))
                            .arg(name);
    }
  }

  void add_sheet() {
    heading(QStringLiteral("All losses on one slice"));
    FigureRequest request = sheet_;
    request.voxel = shared_.voxel;
    widgets::Figure figure = maker_.make(request);
    say_slice(figure);
    const QString title = figure.title;
    add_figure(std::move(figure), title + u'.', 1);
  }

  /// The gradients of the first two losses; of a single one beside cross-entropy's, or beside Dice's.
  void add_comparison() {
    const std::string first(maker_.losses().front().loss->declaration().id);
    FigureRequest request = sheet_;
    request.view = FigureView::difference;
    request.voxel = shared_.voxel;
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
    say_slice(figure);
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
      report_.parts.back().rigid = true;
    }
  }

  FigureMaker& maker_;
  const ReportOptions& options_;
  int threads_;
  const Progress& progress_;
  std::stop_token stop_;
  Report report_;
  FigureRequest sheet_;
  References references_;
  ReportPlaces places_;
  SharedSlice shared_;
  int figures_ = 0;
};

}  // namespace

Report make_report(FigureMaker& maker, const ReportOptions& options, int threads, const Progress& progress,
                   std::stop_token stop) {
  check_reportable(maker.data());
  return Writer(maker, options, threads, progress, std::move(stop)).write();
}

}  // namespace lossscope
