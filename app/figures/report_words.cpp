// SPDX-License-Identifier: Apache-2.0
#include "app/figures/report_words.h"

#include <QRegularExpression>
#include <algorithm>
#include <stdexcept>

#include "app/engine/case_data.h"
#include "app/figures/case_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/report_tables.h"
#include "app/figures/text.h"
#include "app/io/label_words.h"

namespace lossscope {
namespace {

using Kind = ReportPart::Kind;

constexpr std::string_view kSurvey = "Jadon: A survey of loss functions for semantic segmentation. IEEE CIBCB 2020.";
constexpr std::string_view kSurveyLink = "https://arxiv.org/abs/2006.14822";

/// "Dice (Smoothing above 1e-05) [1]": the parameters that are not the defaults.
QString loss_words(const ConfiguredLoss& configured, References& references) {
  const Declaration& about = configured.loss->declaration();
  const auto defaults = configured.loss->defaults();
  QStringList changed;
  for (std::size_t at = 0; at < defaults.size(); ++at) {
    if (configured.parameters[at] != defaults[at]) {
      const ParameterInfo& info = configured.loss->parameters()[at];
      changed << text(info.id) + QStringLiteral(" = ") +
                     QString::fromStdString(value_text(info, configured.parameters[at]));
    }
  }
  return (QStringList{text(about.name) +
                      (changed.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(changed.join(QStringLiteral(", "))))}
          << references.mark(about))
      .join(u' ')
      .trimmed();
}

QString prediction_words(const Session& session, const CaseData& data) {
  const PredictionChoice& prediction = session.prediction();
  QString words = input_name(session, Role::prediction);
  if (prediction.from<FromMask>() != nullptr) {
    const QString how = QString::fromStdString(to_string(prediction.degradation()));
    words = how.isEmpty() ? QStringLiteral("the mask itself") : QStringLiteral("the mask degraded by %1").arg(how);
  } else if (const auto* model = prediction.from<FromModel>()) {
    words = QStringLiteral("the output of the TorchScript model %1")
                .arg(input_name(QString::fromStdString(model->model.path)));
  }
  words += data.kind == PredictionKind::logit ? QStringLiteral(" (logits)") : QStringLiteral(" (probabilities)");
  return prediction.threshold ? words + QStringLiteral(", cut at %1").arg(*prediction.threshold, 0, 'g', 4) : words;
}

}  // namespace

QString References::mark(const QString& citation, const QString& link) {
  if (citation.isEmpty()) {
    return {};
  }
  const QString entry = link.isEmpty() ? citation : citation + u' ' + link;
  auto found = std::find_if(rows_.begin(), rows_.end(), [&](const QStringList& row) { return row[1] == entry; });
  if (found == rows_.end()) {
    rows_.push_back({QStringLiteral("[%1]").arg(rows_.size() + 1), entry});
    return rows_.back()[0];
  }
  return (*found)[0];
}

QString References::mark(const Declaration& declaration) {
  // "... 3DV 2016. Sudre et al.: ...": a year ends a paper. The link is that of the last one.
  static const QRegularExpression kNext(QStringLiteral("(?<=\\d{4}\\.) (?=\\p{Lu})"));
  const QStringList papers = text(declaration.citation).split(kNext, Qt::SkipEmptyParts);
  QStringList marks;
  for (const QString& paper : papers) {
    const bool last = &paper == &papers.back();
    marks << mark(paper, last ? text(declaration.link) : QString());
  }
  return marks.join(QStringLiteral(", "));
}

QString References::survey() { return mark(text(kSurvey), text(kSurveyLink)); }

ReportPart References::list() const { return {.kind = Kind::table, .rows = rows_}; }

void check_reportable(const CaseData& data) {
  if (data.classes) {
    throw std::invalid_argument("a report is of one structure: choose one label instead of all classes");
  }
}

QString methods_text(const Session& session, const CaseData& data, const std::vector<ConfiguredLoss>& losses,
                     const QString& version, References& references) {
  QStringList names;
  for (const ConfiguredLoss& configured : losses) {
    names << loss_words(configured, references);
  }
  const auto& labels = session.study.labels.values;
  const QString structure =
      labels.empty() ? QStringLiteral("the structure (all labels but 0)")
                     : QStringLiteral("label %1").arg(QString::fromStdString(label_words(labels, "nonzero")));
  const QString unit = data.in_voxels() ? text(loss_unit(data)) : QStringLiteral("millimetres");
  return grid_words(
             QStringLiteral(
                 "The prediction was %1; the reference was %2 of %3, on a grid of %4. Evaluated with %5, parameters at "
                 "their defaults where none is named: %6. The whole grid was one sample of one batch; voxels are "
                 "32-bit "
                 "floats, sums 64-bit. Each loss was written as a sum over voxels; a voxel's contribution is its term, "
                 "so "
                 "that contributions add up to the value, and gradients are the exact derivatives of that value. "
                 "Metrics "
                 "and the classes TP, FP, FN and TN are those of the prediction thresholded at 0.5; surface distances "
                 "run "
                 "between the voxels of either structure that touch the background across a face, in both directions, "
                 "in "
                 "%7."),
             data.grid)
      .arg(prediction_words(session, data), structure, input_name(session, Role::mask), size_text(data), version,
           names.join(QStringLiteral("; ")), unit);
}

QString worst_words(const std::array<std::int64_t, 3>& voxel, double contribution, double most) {
  return QStringLiteral(
             " The voxel that costs most is (%1, %2, %3), with a contribution of %4; in these planes the "
             "largest is %5.")
      .arg(voxel[0])
      .arg(voxel[1])
      .arg(voxel[2])
      .arg(contribution, 0, 'g', 4)
      .arg(most, 0, 'g', 4);
}

QString whole_error_words(const WholeError& error, double contribution) {
  return QStringLiteral(
             "The planes cross at voxel (%1, %2, %3), in the middle of %4, of %5 voxels: the voxel's "
             "contribution is %6.")
      .arg(error.voxel[0])
      .arg(error.voxel[1])
      .arg(error.voxel[2])
      .arg(error.missed ? QStringLiteral("the largest component of the mask of which nothing is predicted")
                        : QStringLiteral("the largest predicted component that holds nothing of the mask"))
      .arg(error.voxels)
      .arg(contribution, 0, 'g', 4);
}

ReportPart advice_table(const Declaration& declaration, const Grid& grid, References& references) {
  ReportPart table{.kind = Kind::table};
  const auto add = [&](const QString& name, const QString& words) {
    if (!words.isEmpty()) {
      table.rows.push_back({name, grid_words(words, grid)});
    }
  };
  add(QStringLiteral("use it when"), text(declaration.use_when));
  add(QStringLiteral("avoid it when"), text(declaration.avoid_when));
  add(QStringLiteral("it cannot see"), text(declaration.blind));
  add(QStringLiteral("known slips"), text(declaration.slips));
  add(QStringLiteral("source"), references.mark(declaration));
  return table;
}

}  // namespace lossscope
