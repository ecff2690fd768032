// SPDX-License-Identifier: Apache-2.0
#include "app/figures/report_tables.h"

#include <algorithm>
#include <cmath>

#include "app/figures/case_text.h"
#include "app/figures/pictures.h"
#include "app/figures/sheet.h"
#include "app/figures/text.h"
#include "app/io/label_words.h"
#include "widgets/chart.h"

namespace lossscope {
namespace {

using Kind = ReportPart::Kind;

QString fixed(double value, int decimals) {
  return std::isfinite(value) ? QString::number(value, 'f', decimals) : QStringLiteral("undefined");
}

QStringList file_row(const QString& role, const LoadedVolume& file) {
  return {role, QStringLiteral("%1 (%2, %3)")
                    .arg(input_name(QString::fromStdString(file.path)), QString::fromStdString(file.format),
                         QString::fromStdString(file.stored_type))};
}

}  // namespace

QString size_text(const CaseData& data) {
  const auto flat = flat_axis(data.grid);
  QStringList sizes, lengths;
  for (int axis = 0; axis < 3; ++axis) {
    if (axis != flat) {
      sizes << QString::number(data.grid.size[axis]);
      lengths << widgets::chart_number(data.grid.spacing[static_cast<std::size_t>(axis)], 4);
    }
  }
  const QString times = QStringLiteral(" \u00d7 ");
  const QString size = sizes.join(times) + (flat ? QStringLiteral(" pixels") : QStringLiteral(" voxels"));
  return data.has_spacing ? QStringLiteral("%1 of %2 mm").arg(size, lengths.join(times)) : size;
}

QChar column_letter(const ReportPart& table, qsizetype column) {
  return column < table.columns.size() ? table.columns[column] : QChar(u't');
}

ReportPart case_table(const Session& session, const CaseData& data) {
  ReportPart table{.kind = Kind::table};
  if (!data.image.volume.empty()) {
    table.rows.push_back(file_row(QStringLiteral("image"), data.image));
  }
  table.rows.push_back(file_row(QStringLiteral("mask"), data.labels));
  const auto& labels = session.study.labels.values;
  table.rows.push_back({QStringLiteral("label"), labels.empty()
                                                     ? QStringLiteral("all that are not 0")
                                                     : QString::fromStdString(label_words(labels, "nonzero"))});
  if (session.seen_prediction().from<FromFile>() != nullptr) {
    table.rows.push_back(file_row(QStringLiteral("prediction"), data.prediction_file));
  } else {
    table.rows.push_back({QStringLiteral("prediction"), prediction_text(session)});
  }
  if (const auto threshold = session.prediction().threshold) {
    table.rows.push_back({QStringLiteral("threshold"),
                          QStringLiteral("the prediction is 1 above %1, 0 elsewhere").arg(*threshold, 0, 'g', 4)});
  }
  table.rows.push_back({QStringLiteral("grid"), size_text(data)});
  table.rows.push_back({QStringLiteral("losses measure distances in"),
                        data.in_voxels() ? text(loss_unit(data)) : QStringLiteral("millimetres")});
  return table;
}

ReportPart assumption_table(const CaseData& data) {
  ReportPart table{.kind = Kind::table};
  for (const Assumption& assumption : data.assumptions) {
    table.rows.push_back({QString::fromStdString(assumption.code), QString::fromStdString(assumption.text)});
  }
  return table;
}

ReportPart metrics_table(const Metrics& m, const CaseData& data) {
  const QString length = text(place_unit(data));  // of metrics, whatever losses measure in
  const VolumeUnit volume = volume_unit(data);
  const QString what = volume.is_area ? QStringLiteral("area of the ") : QStringLiteral("volume of the ");
  ReportPart table{.kind = Kind::table, .columns = QStringLiteral("ldl")};
  table.rows = {{QStringLiteral("Dice"), fixed(m.dice, 4), {}},
                {QStringLiteral("Jaccard"), fixed(m.jaccard, 4), {}},
                {QStringLiteral("sensitivity"), fixed(m.sensitivity, 4), {}},
                {QStringLiteral("specificity"), fixed(m.specificity, 4), {}},
                {QStringLiteral("precision"), fixed(m.precision, 4), {}},
                {QStringLiteral("Hausdorff distance"), fixed(m.hausdorff, 2), length},
                {QStringLiteral("Hausdorff distance, 95th percentile"), fixed(m.hausdorff95, 2), length},
                {QStringLiteral("mean surface distance"), fixed(m.mean_surface_distance, 2), length},
                {what + QStringLiteral("mask"), fixed(m.volume_mask / volume.of_one, 2), volume.unit},
                {what + QStringLiteral("prediction"), fixed(m.volume_prediction / volume.of_one, 2), volume.unit}};
  return table;
}

ReportPart loss_table(const std::vector<LossRow>& losses) {
  ReportPart table{.kind = Kind::table, .columns = QStringLiteral("tdddddd")};
  table.head = {QStringLiteral("loss"),  QStringLiteral("value"), QStringLiteral("TP, %"),      QStringLiteral("FP, %"),
                QStringLiteral("FN, %"), QStringLiteral("TN, %"), QStringLiteral("boundary, %")};
  for (const LossRow& loss : losses) {
    const bool known = loss.statistics && loss.statistics->has_contribution;
    const bool signs = known && has_negative_parts(*loss.statistics);
    QStringList row{signs ? loss.name + QStringLiteral(" ±") : loss.name, value_text(loss.value)};
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      row << (known ? fixed(100 * outcome_shares(*loss.statistics)[outcome], 1) : QString());
    }
    row << (known ? fixed(100 * boundary_share(*loss.statistics), 1) : QString());
    table.rows.push_back(row);
  }
  return table;
}

ReportPart parameter_table(const ConfiguredLoss& loss) {
  ReportPart table{.kind = Kind::table, .columns = QStringLiteral("llct")};
  table.head = {QStringLiteral("parameter"), QStringLiteral("id"), QStringLiteral("value"), QStringLiteral("meaning")};
  for (std::size_t at = 0; at < loss.parameters.size(); ++at) {
    const ParameterInfo& row = loss.loss->parameters()[at];
    table.rows.push_back({text(row.label), text(row.id), QString::fromStdString(value_text(row, loss.parameters[at])),
                          text(row.meaning)});
  }
  return table;
}

ReportPart version_table(const QStringList& versions, const CaseData& data) {
  ReportPart table{.kind = Kind::table, .columns = QStringLiteral("lc")};
  for (const QString& version : versions) {
    const qsizetype at = version.indexOf(QLatin1Char(' '));
    table.rows.push_back({version.left(at), version.mid(at + 1)});
  }
  for (const LoadedVolume* file : {&data.image, &data.labels, &data.prediction_file}) {
    if (!file->sha256.empty()) {
      table.rows.push_back({QStringLiteral("SHA-256 of %1").arg(input_name(QString::fromStdString(file->path))),
                            QString::fromStdString(file->sha256)});
    }
  }
  return table;
}

}  // namespace lossscope
