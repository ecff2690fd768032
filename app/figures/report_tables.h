// SPDX-License-Identifier: Apache-2.0
// The tables of a report.
#pragma once

#include "app/engine/loss_statistics.h"
#include "app/figures/report.h"
#include "losses/metrics/metrics.h"

namespace lossscope {

/// Files, label, how the prediction was made, grid.
[[nodiscard]] ReportPart case_table(const Session& session, const CaseData& data);
/// What was taken for granted; empty rows where nothing was.
[[nodiscard]] ReportPart assumption_table(const CaseData& data);
/// Of the thresholded prediction, with units.
[[nodiscard]] ReportPart metrics_table(const Metrics& metrics, const CaseData& data);
/// "181 \u00d7 217 \u00d7 181 voxels of 1 \u00d7 1 \u00d7 1 mm"; of a picture "565 \u00d7 584 pixels".
[[nodiscard]] QString size_text(const CaseData& data);

/// The letter of a table's column, see ReportPart::columns.
[[nodiscard]] QChar column_letter(const ReportPart& table, qsizetype column);

struct LossRow {
  QString name;
  double value = 0;
  LossStatisticsPtr statistics;  ///< may be null
};
/// Values, and their shares in TP, FP, FN, TN and at the mask's boundary.
[[nodiscard]] ReportPart loss_table(const std::vector<LossRow>& losses);
[[nodiscard]] ReportPart parameter_table(const ConfiguredLoss& loss);
/// Of the program, its libraries, and the files.
[[nodiscard]] ReportPart version_table(const QStringList& versions, const CaseData& data);

}  // namespace lossscope
