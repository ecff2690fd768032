// SPDX-License-Identifier: Apache-2.0
#include "app/figures/report_tables.h"

#include <algorithm>
#include <cmath>

#include "app/figures/case_text.h"
#include "app/figures/pictures.h"
#include "app/figures/sheet.h"
#include "app/figures/text.h"
#include "widgets/chart.h"

namespace lossscope {
namespace {

using Kind = ReportPart::Kind;

QString fixed(double value, int decimals) {
  return std::isfinite(value) ? QString::number(value, 'f', decimals) : QStringLiteral("undefined");
}

QString size_text(const Grid& grid) {
  const auto mm = [](double length) { return widgets::chart_number(length, 4); };
  return QStringLiteral("%1 \u00d7 %2 \u00d7 %3 voxels of %4 \u00d7 %5 \u00d7 %6 mm")
      .arg(grid.size[0])
      .arg(grid.size[1])
      .arg(grid.size[2])
      .arg(mm(grid.spacing[0]), mm(grid.spacing[1]), mm(grid.spacing[2]));
}

QStringList file_row(const QString& role, const LoadedVolume& file) {
  return {role, QStringLiteral("%1 (%2, %3)")
                    .arg(input_name(QString::fromStdString(file.path)), QString::fromStdString(file.format),
                         QString::fromStdString(file.stored_type))};
}

}  // namespace

TableCell table_cell(const ReportPart& table, const QStringList& row, qsizetype column) {
  TableCell cell;
  cell.text = row[column];
  cell.decimal = column < table.columns.size() && table.columns[column] == u'd';
  const qsizetype split = cell.text.indexOf(u'.');
  cell.whole = (split < 0 ? cell.text : cell.text.left(split)).toHtmlEscaped();
  cell.fraction = (split < 0 ? QString() : cell.text.mid(split)).toHtmlEscaped();
  return cell;
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
                                                     : QString::fromStdString(label_text(labels, "nonzero"))});
  if (session.seen_prediction().from<FromFile>() != nullptr) {
    table.rows.push_back(file_row(QStringLiteral("prediction"), data.prediction_file));
  } else {
    table.rows.push_back({QStringLiteral("prediction"), prediction_text(session)});
  }
  if (const auto threshold = session.prediction().threshold) {
    table.rows.push_back({QStringLiteral("threshold"),
                          QStringLiteral("the prediction is 1 above %1, 0 elsewhere").arg(*threshold, 0, 'g', 4)});
  }
  table.rows.push_back({QStringLiteral("grid"), size_text(data.grid)});
  table.rows.push_back({QStringLiteral("losses measure distances in"),
                        data.in_voxels() ? QStringLiteral("voxels") : QStringLiteral("millimetres")});
  return table;
}

ReportPart assumption_table(const CaseData& data) {
  ReportPart table{.kind = Kind::table};
  for (const Assumption& assumption : data.assumptions) {
    table.rows.push_back({QString::fromStdString(assumption.code), QString::fromStdString(assumption.text)});
  }
  return table;
}

ReportPart metrics_table(const Metrics& m) {
  const QString mm = QStringLiteral("mm"), ml = QStringLiteral("ml");  // of metrics, whatever losses measure in
  ReportPart table{.kind = Kind::table, .columns = QStringLiteral("ldl")};
  table.rows = {{QStringLiteral("Dice"), fixed(m.dice, 4), {}},
                {QStringLiteral("Jaccard"), fixed(m.jaccard, 4), {}},
                {QStringLiteral("sensitivity"), fixed(m.sensitivity, 4), {}},
                {QStringLiteral("specificity"), fixed(m.specificity, 4), {}},
                {QStringLiteral("precision"), fixed(m.precision, 4), {}},
                {QStringLiteral("Hausdorff distance"), fixed(m.hausdorff, 2), mm},
                {QStringLiteral("Hausdorff distance, 95th percentile"), fixed(m.hausdorff95, 2), mm},
                {QStringLiteral("mean surface distance"), fixed(m.mean_surface_distance, 2), mm},
                {QStringLiteral("volume of the mask"), fixed(m.volume_mask / 1000, 2), ml},
                {QStringLiteral("volume of the prediction"), fixed(m.volume_prediction / 1000, 2), ml}};
  return table;
}

ReportPart loss_table(const std::vector<LossRow>& losses) {
  ReportPart table{.kind = Kind::table, .columns = QStringLiteral("ldddddd")};
  table.head = {QStringLiteral("loss"),  QStringLiteral("value"), QStringLiteral("TP, %"),      QStringLiteral("FP, %"),
                QStringLiteral("FN, %"), QStringLiteral("TN, %"), QStringLiteral("boundary, %")};
  for (const LossRow& loss : losses) {
    QStringList row{loss.name, value_text(loss.value)};
    const bool known = loss.statistics && loss.statistics->has_contribution;
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      row << (known ? fixed(100 * outcome_shares(*loss.statistics)[outcome], 1) : QString());
    }
    row << (known ? fixed(100 * boundary_share(*loss.statistics), 1) : QString());
    table.rows.push_back(row);
  }
  return table;
}

ReportPart parameter_table(const ConfiguredLoss& loss) {
  ReportPart table{.kind = Kind::table};
  for (std::size_t at = 0; at < loss.parameters.size(); ++at) {
    const ParameterInfo& row = loss.loss->parameters()[at];
    table.rows.push_back({text(row.label), QString::fromStdString(value_text(row, loss.parameters[at]))});
  }
  return table;
}

ReportPart version_table(const QStringList& versions, const CaseData& data) {
  ReportPart table{.kind = Kind::table};
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
