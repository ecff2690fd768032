// SPDX-License-Identifier: Apache-2.0
#include "app/figures/sheet.h"

#include <QCoreApplication>

#include "app/figures/pictures.h"

namespace lossscope {
namespace {

using widgets::Outcome;

QString text(const char* source) { return QCoreApplication::translate("ContactSheet", source); }

QString percent(double share) {
  return QStringLiteral("%1 %").arg(share * 100, 0, 'f', share < 0.0995 && share > 0 ? 1 : 0);
}

QString name_of(const Loss& loss) {
  const std::string_view name = loss.declaration().name;
  return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

/// Shares of the value, and the line that names the largest.
void show_shares(const LossStatistics& statistics, widgets::SheetCell& cell) {
  const std::array<std::pair<const char*, Outcome>, kOutcomes> outcomes{{{"TP", Outcome::true_positive},
                                                                         {"FP", Outcome::false_positive},
                                                                         {"FN", Outcome::false_negative},
                                                                         {"TN", Outcome::true_negative}}};
  double total = 0;
  for (const double part : statistics.contribution) {
    total += part;
  }
  if (!statistics.has_contribution || !(total > 0)) {
    return;
  }
  QStringList parts;
  for (const std::size_t at : {1, 2, 0, 3}) {  // errors first
    const double share = statistics.contribution[at] / total;
    const QString name = QString::fromLatin1(outcomes[at].first);
    cell.shares.push_back({name, widgets::outcome_colour(outcomes[at].second), share});
    parts << name + QLatin1Char(' ') + percent(share);
  }
  cell.note = text("%1  %2  edge %3").arg(parts[0], parts[1], percent(statistics.boundary / total));
  cell.tooltip += QStringLiteral("\n") + parts.join(QStringLiteral(", ")) + QStringLiteral("\n") +
                  text("%1 of the loss lies within %2 mm of the mask's boundary")
                      .arg(percent(statistics.boundary / total))
                      .arg(statistics.boundary_width);
}

}  // namespace

widgets::Sheet contact_sheet(const Frame& frame, const StatisticsOf& statistics) {
  widgets::Sheet sheet;
  sheet.window = shown_window(frame);
  sheet.level = shown_level(frame);
  sheet.opacity = frame.session.show_overlay ? frame.session.opacity : 0;
  sheet.contours = frame.session.show_contours;
  const widgets::SlicePicture base = slice_picture(frame, frame.session.compared_view);
  sheet.title = text("%1 of every loss, %2 slice %3 of %4")
                    .arg(layer_name(frame.session), base.title.toLower())
                    .arg(base.slice + 1)
                    .arg(base.slices);
  sheet.caption =
      frame.session.shared_range ? text("one colour range for all") : text("each loss has its own colour range");
  for (const ComparedPane& pane : frame.compared) {
    const Loss* loss = find_loss(pane.loss);
    widgets::SheetCell cell;
    cell.id = QString::fromStdString(pane.loss);
    cell.name = loss != nullptr ? name_of(*loss) : cell.id;
    cell.value = pane.result ? value_text(pane.result->reduction.value) : QStringLiteral("–");
    cell.tooltip = cell.name + QLatin1Char(' ') + cell.value;
    cell.picture = compared_picture(frame, pane);
    cell.picture.title.clear();  // the sheet says them once
    cell.picture.slices = 0;
    cell.picture.left = cell.picture.right = cell.picture.top = cell.picture.bottom = QString();
    cell.scale = compared_scale(frame, pane);
    if (!pane.problem.empty()) {
      cell.note = QString::fromStdString(pane.problem);
    } else if (const LossStatisticsPtr known = statistics(pane.result)) {
      show_shares(*known, cell);
    }
    sheet.cells.push_back(std::move(cell));
  }
  return sheet;
}

}  // namespace lossscope
