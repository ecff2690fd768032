// SPDX-License-Identifier: Apache-2.0
// The sentences of a report: method, advice, references.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "app/engine/whole_error.h"
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

/// Of the planes in which a case is seen, the voxel that costs most, where they hold ones that cost nearly as much.
[[nodiscard]] QString worst_words(const std::array<std::int64_t, 3>& voxel, double contribution, double most);

/// Why planes go through a structure that is wrong as a whole.
[[nodiscard]] QString whole_error_words(const WholeError& error, double contribution);

/// What the literature says of a loss; nothing of it is a finding about the case.
[[nodiscard]] ReportPart advice_table(const Declaration& declaration, const Grid& grid, References& references);

}  // namespace lossscope
