// SPDX-License-Identifier: Apache-2.0
// The sentences of a report: method, advice, references.
#pragma once

#include <vector>

#include "app/figures/report.h"

namespace lossscope {

/// The sources of a report's losses, numbered in the order in which they are first named.
class References {
 public:
  /// "[2]"; empty for a loss that names no source.
  [[nodiscard]] QString mark(const Declaration& declaration);
  [[nodiscard]] QString survey();  ///< the mark of the survey that has all losses
  [[nodiscard]] ReportPart list() const;

 private:
  [[nodiscard]] QString mark(const QString& citation, const QString& link);
  std::vector<QStringList> rows_;
};

/// Throws std::invalid_argument for a case with classes: the sweeps and the method of a report are of one structure.
void check_reportable(const CaseData& data);

/// What was done, as a paper's methods section says it. `version`: of the program.
[[nodiscard]] QString methods_text(const Session& session, const CaseData& data,
                                   const std::vector<ConfiguredLoss>& losses, const QString& version,
                                   References& references);

/// What the literature says of a loss; nothing of it is a finding about the case.
[[nodiscard]] ReportPart advice_table(const Declaration& declaration, References& references);

}  // namespace lossscope
