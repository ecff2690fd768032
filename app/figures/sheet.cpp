// SPDX-License-Identifier: Apache-2.0
#include "app/figures/sheet.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/figures/case_text.h"
#include "app/figures/class_text.h"
#include "app/figures/pictures.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

using widgets::Outcome;

double sum_of_sizes(const LossStatistics& statistics) {
  double sum = 0;
  for (const double part : statistics.contribution) {
    sum += std::abs(part);
  }
  return sum;
}

/// Shares of the value, and the line that names the errors' and the boundary's.
void show_shares(const LossStatistics& statistics, const QString& unit, widgets::SheetCell& cell) {
  constexpr std::array kOrder{Outcome::false_positive, Outcome::false_negative, Outcome::true_positive,
                              Outcome::true_negative};  // errors first
  if (!statistics.has_contribution || !(sum_of_sizes(statistics) > 0)) {
    return;
  }
  const auto shares = outcome_shares(statistics);
  QStringList parts;
  for (const Outcome outcome : kOrder) {
    const double share = shares[static_cast<std::size_t>(outcome)];
    const QString name = widgets::outcome_name(outcome);
    cell.shares.push_back({name, widgets::outcome_colour(outcome), std::abs(share)});
    parts << name + QChar(QChar::Nbsp) + percent_number(share);
  }
  cell.edge = boundary_share(statistics);
  cell.note = translated("%1  %2  edge\u00a0%3\u00a0%").arg(parts[0], parts[1], percent_number(cell.edge));
  cell.short_note = translated("%1  %2").arg(parts[0], parts[1]);
  cell.tooltip += QStringLiteral("\n") + parts.join(QStringLiteral(" %, ")) + QStringLiteral(" %\n") +
                  translated("%1 % of the loss lies within %2 of the mask's boundary")
                      .arg(percent_number(cell.edge), boundary_text(statistics, unit));
  if (has_negative_parts(statistics)) {
    cell.note += QStringLiteral("\u00a0±");
    cell.short_note += QStringLiteral("\u00a0±");
    cell.tooltip += QLatin1Char('\n') + translated(
                                            "Some parts are negative: no shares of the value, but each part by the sum "
                                            "of their sizes");
  }
}

/// Title and caption of a sheet.
void say_what(const Frame& frame, bool by_class, widgets::Sheet& sheet) {
  const widgets::SlicePicture base = slice_picture(frame, frame.session.look.compared_view);
  Session looked = frame.session;
  looked.look.shown_class = by_class ? std::optional<std::size_t>(0) : looked.look.shown_class;  // one in each cell
  const QString of = by_class ? translated("%1 of every class").arg(layer_name(looked))
                              : translated("%1 of every loss").arg(layer_name(looked));
  sheet.title =
      base.slices == 0
          ? of
          : translated("%1, %2 slice %3 of %4").arg(of, base.title.toLower()).arg(base.slice + 1).arg(base.slices);
  sheet.caption = frame.session.look.shared_range ? translated("one colour range for all")
                  : by_class                      ? translated("each class has its own colour range")
                                                  : translated("each loss has its own colour range");
}

/// A cell for each class: what it adds, and its share of the whole as the bar.
void add_classes(const Frame& frame, widgets::Sheet& sheet) {
  for (const ComparedPane& pane : frame.compared) {
    const ClassRow& row = frame.classes->rows[*pane.class_at];
    widgets::SheetCell cell;
    cell.id = QString::number(*pane.class_at);
    cell.name = QString::fromStdString(row.name);
    cell.value = row.enters ? value_text(row.added) : QStringLiteral("–");
    cell.tooltip = class_row_text(*frame.classes, *pane.class_at);
    cell.picture = compared_picture(frame, pane);
    say_once(cell.picture, sheet.cells.empty());
    cell.scale = compared_scale(frame, pane);
    const double dice = row.counts.dice();
    const QString overlap =
        std::isnan(dice) ? translated("no\u00a0Dice") : translated("Dice\u00a0%1").arg(dice, 0, 'f', 3);
    cell.note = overlap;
    if (row.enters && !std::isnan(row.share)) {
      cell.shares.push_back({cell.name, class_row_colour(*frame.classes, *pane.class_at), std::abs(row.share)});
      cell.note = translated("%1\u00a0%  %2").arg(percent_number(row.share), overlap);
    }
    sheet.cells.push_back(std::move(cell));
  }
}

}  // namespace

std::array<double, kOutcomes> outcome_shares(const LossStatistics& statistics) {
  std::array<double, kOutcomes> shares{};
  const double sum = sum_of_sizes(statistics);
  for (std::size_t at = 0; at < kOutcomes && sum > 0; ++at) {
    shares[at] = statistics.contribution[at] / sum;
  }
  return shares;
}

bool has_negative_parts(const LossStatistics& statistics) {
  return std::ranges::any_of(statistics.contribution, [](double part) { return part < 0; });
}

double boundary_share(const LossStatistics& statistics) {
  const double sum = sum_of_sizes(statistics);
  return sum > 0 ? statistics.boundary / sum : 0;
}

QString boundary_text(const LossStatistics& statistics, const QString& unit) {
  return QStringLiteral("%1 %2").arg(statistics.boundary_width, 0, 'g', 3).arg(unit);
}

QString sheet_legend(const QString& boundary, bool of_classes) {
  return translated(
             "Bars: the share of the loss, in %, in false positives (FP), false negatives (FN), true positives (green) "
             "and true negatives (grey) of %2; the line below: within %1 of the mask's boundary (edge). ±: some parts "
             "are negative; no shares of the value, but each part by the sum of their sizes.")
      .arg(boundary,
           of_classes ? translated("the most likely class") : translated("the prediction thresholded at 0.5"));
}

widgets::Sheet contact_sheet(const Frame& frame, const StatisticsOf& statistics) {
  const bool by_class = frame.session.look.arrangement == Arrangement::class_sheet;
  widgets::Sheet sheet;
  sheet.window = shown_window(frame);
  sheet.level = shown_level(frame);
  sheet.opacity = frame.session.look.display.show_overlay ? frame.session.look.display.opacity : 0;
  sheet.contours = frame.session.look.display.show_contours;
  say_what(frame, by_class, sheet);
  if (by_class) {
    add_classes(frame, sheet);
    return sheet;
  }
  for (const ComparedPane& pane : frame.compared) {
    const Loss* loss = find_loss(pane.loss);
    widgets::SheetCell cell;
    cell.id = QString::fromStdString(pane.loss);
    cell.name = loss != nullptr ? text(loss->declaration().name) : cell.id;
    cell.value = pane.result ? value_text(pane.result->reduction.value) : QStringLiteral("–");
    cell.tooltip = cell.name + QLatin1Char(' ') + cell.value;
    cell.picture = compared_picture(frame, pane);
    say_once(cell.picture, sheet.cells.empty());
    cell.scale = compared_scale(frame, pane);
    if (!pane.problem.empty()) {
      cell.note = QString::fromStdString(pane.problem);
    } else if (const LossStatisticsPtr known = statistics(pane.result)) {
      show_shares(*known, text(loss_unit(*frame.data)), cell);
    }
    sheet.cells.push_back(std::move(cell));
  }
  return sheet;
}

}  // namespace lossscope
