// SPDX-License-Identifier: Apache-2.0
#include "app/window/guide_html.h"

#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "app/figures/grid_words.h"
#include "app/figures/text.h"

namespace lossscope {
namespace {

constexpr double kBarWidth = 120;        // pixels at 100 %
constexpr std::size_t kComponents = 12;  // that are listed

QString escaped(const std::string& words) { return QString::fromStdString(words).toHtmlEscaped(); }

QString loss_link(const Candidate& candidate) {
  return QStringLiteral("<a href='loss:%1'>%2</a>").arg(QString::fromStdString(candidate.id), escaped(candidate.name));
}

QString links(const std::vector<const Candidate*>& candidates) {
  QStringList names;
  for (const Candidate* candidate : candidates) {
    names << loss_link(*candidate);
  }
  return names.join(QStringLiteral(", "));
}

QString share_text(double share) {
  return std::isnan(share) ? translated("no gradient") : QStringLiteral("%1 %").arg(100 * share, 0, 'f', 1);
}

QString bar_of(double share, const QColor& colour) {
  const int width = std::isnan(share) ? 0 : static_cast<int>(std::lround(share * kBarWidth));
  return width > 0 ? QStringLiteral(
                         "<table cellspacing='0' cellpadding='0'><tr><td bgcolor='%1' width='%2' "
                         "height='10'></td></tr></table>")
                         .arg(colour.name())
                         .arg(width)
                   : QString();
}

/// What is said of losses whose share reads the same: one row, for they have one rank.
struct Equals {
  double share = 0;
  QStringList named, others;
  bool reference = false, any_holds = false;

  [[nodiscard]] QString remark() const {
    if (named.isEmpty()) {
      return reference ? translated("the measure of the others") : QString();
    }
    const QString said = std::isnan(share) ? translated("bold: named for this, but nothing moves here")
                         : any_holds       ? translated("bold: named for this, and it holds here")
                                           : translated("bold: named for this, but here no more than cross-entropy");
    return reference ? said + translated("; cross-entropy is the measure") : said;
  }
};

/// Named losses, cross-entropy, and whoever leads; of the others only how many they are.
QString equals_row(const Equals& equals, const QColor& bar) {
  QStringList names = equals.named;
  constexpr qsizetype kOthers = 3;
  names << equals.others.mid(0, kOthers);
  if (equals.others.size() > kOthers) {
    names << translated("%1 more").arg(equals.others.size() - kOthers);
  }
  return QStringLiteral("<tr><td>%1</td><td align='right'>%2</td><td width='%3'>%4</td><td>%5</td></tr>")
      .arg(names.join(QStringLiteral(", ")), share_text(equals.share))
      .arg(static_cast<int>(kBarWidth))
      .arg(bar_of(equals.share, bar), equals.remark());
}

QString verdict_rows(const Finding& finding, const QColor& bar) {
  QString html;
  const auto& verdicts = finding.verdicts;
  for (auto begin = verdicts.begin(); begin != verdicts.end();) {
    const auto end = std::find_if(begin, verdicts.end(), [&](const Verdict& v) { return v.rank != begin->rank; });
    Equals equals;
    equals.share = begin->share;
    for (auto verdict = begin; verdict != end; ++verdict) {
      const QString link = loss_link(*verdict->candidate);
      (verdict->named ? equals.named : equals.others)
          << (verdict->named ? QStringLiteral("<b>%1</b>").arg(link) : link);
      equals.reference |= verdict->candidate == &reference_candidate();
      equals.any_holds |= verdict->holds && verdict->candidate != &reference_candidate();
    }
    if (!equals.named.isEmpty() || equals.reference || begin == verdicts.begin()) {
      html += equals_row(equals, bar);
    }
    begin = end;
  }
  return html;
}

QString finding_html(const Finding& finding, const QColor& bar) {
  QString html = QStringLiteral("<h3>%1</h3><p>%2</p>").arg(escaped(finding.trait), escaped(finding.advice));
  if (!finding.advised_against.empty()) {
    html += QStringLiteral("<p><b>%1</b> %2. %3</p>")
                .arg(translated("Rather not:"), links(finding.advised_against), escaped(finding.against));
  }
  return html +
         QStringLiteral("<p>%1</p><table cellspacing='0' cellpadding='3'>%2</table>")
             .arg(translated("Share of each loss's gradient that goes to %1:").arg(text(to_string(finding.region))),
                  verdict_rows(finding, bar));
}

QString losses_html(const Guide& guide) {
  QString html =
      QStringLiteral("<h2>%1</h2><p><b>%2</b> %3. %4</p>")
          .arg(translated("Losses"), translated("Start with:"), loss_link(baseline_candidate()),
               translated("Of 20 losses on six data sets none was best everywhere; sums of Dice and a loss that "
                          "looks at each voxel were the most robust ones (Ma et al. 2021)."));
  const auto levels = fitting_losses(guide);
  if (levels.empty()) {
    return html +
           QStringLiteral("<p>%1</p>")
               .arg(translated("No other loss that is named for such a case puts more of its gradient there than "
                               "cross-entropy does. The measurements below say more."));
  }
  QStringList worth;
  for (const auto& level : levels) {
    worth << links(level);
  }
  return html + QStringLiteral("<p><b>%1</b> %2. %3</p>")
                    .arg(translated("Compare it with:"), worth.join(translated("; then ")),
                         translated("Named for what this case is like, and on this prediction it holds."));
}

QString metrics_html(const Guide& guide) {
  QString html =
      QStringLiteral("<h2>%1</h2><table cellspacing='0' cellpadding='3'>").arg(translated("Metrics to report"));
  for (const MetricAdvice& metric : guide.metrics) {
    const QString note = metric.computed  ? QString()
                         : metric.counted ? translated(" <i>(counted here; not among the metrics of the panel)</i>")
                                          : translated(" <i>(not computed by LossScope)</i>");
    html += QStringLiteral("<tr><td><b>%1</b></td><td>%2%3</td></tr>")
                .arg(escaped(metric.name), escaped(metric.reason), note);
  }
  return html + QStringLiteral("</table>");
}

QString component_row(const ComponentTrait& component, const CaseTraits& traits, bool in_mm) {
  const auto& [i, j, k] = component.place.voxel;
  const auto voxels = static_cast<double>(component.place.voxels);
  const QString size =
      traits.flat || !in_mm ? QString() : translated(", %1 mm³").arg(size_number(voxels * traits.voxel_volume));
  const QString found =
      component.found == 0
          ? QStringLiteral("<b>%1</b>").arg(translated("missed"))
          : translated("%1 % found").arg(100 * static_cast<double>(component.found) / voxels, 0, 'f', 0);
  return QStringLiteral(
             "<tr><td><a href='place:%1,%2,%3'>%4</a></td><td align='right'>%5</td><td align='right'>%6</td>"
             "<td>%7</td></tr>")
      .arg(i)
      .arg(j)
      .arg(k)
      .arg(translated("to %1, %2, %3").arg(i).arg(j).arg(k), translated("%1 voxels").arg(component.place.voxels) + size,
           translated("%1 % of the mask")
               .arg(QLocale::c().toString(100 * voxels / static_cast<double>(traits.foreground), 'g', 3)),
           found);
}

/// Missed ones first, then from small to large.
QString components_html(const Guide& guide, bool in_mm) {
  const CaseTraits& traits = guide.traits;
  if (guide.components.empty()) {
    return {};
  }
  std::vector<ComponentTrait> listed = guide.components;
  std::ranges::stable_sort(listed, {}, [](const ComponentTrait& c) { return c.found > 0; });
  QString html = QStringLiteral("<h2>%1</h2>").arg(translated("Components of the mask"));
  if (traits.specks > 0) {
    html += QStringLiteral("<p>%1</p>")
                .arg(translated("Left out: %1 of fewer than %2 voxels.").arg(traits.specks).arg(traits.speck_limit));
  }
  html += QStringLiteral("<table cellspacing='0' cellpadding='3'>");
  for (std::size_t at = 0; at < std::min(kComponents, listed.size()); ++at) {
    html += component_row(listed[at], traits, in_mm);
  }
  html += QStringLiteral("</table>");
  return listed.size() > kComponents
             ? html +
                   QStringLiteral("<p>%1</p>").arg(translated("and %1 larger ones.").arg(listed.size() - kComponents))
             : html;
}

}  // namespace

QString guide_html(const Guide& guide, const QColor& bar, bool in_mm) {
  QString html = losses_html(guide) + metrics_html(guide) + components_html(guide, in_mm) +
                 QStringLiteral("<h2>%1</h2>").arg(translated("What this case is like"));
  for (const Finding& finding : guide.findings) {
    html += finding_html(finding, bar);
  }
  html += QStringLiteral("<p><small>%1</small></p>")
              .arg(translated(
                  "Shares are of the sum of |dL/dz| over all voxels, on this prediction as it is, at default "
                  "parameters where a name says no others; shares that read the same are one row. They say where a "
                  "loss pulls now, not how a network ends up. After: Ma et al., Loss odyssey in medical image "
                  "segmentation, Medical Image Analysis 71, 2021; the use cases of Jadon's survey (arXiv "
                  "2006.14822); for metrics Maier-Hein et al., Metrics reloaded, Nature Methods 21, 2024."));
  return grid_words(html, guide.traits.flat);
}

}  // namespace lossscope
