// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "app/engine/sweep.h"
#include "app/figures/figure_maker.h"

namespace lossscope {

/// One part of a report, in the order in which they are read.
struct ReportPart {
  enum class Kind : std::uint8_t { title, heading, subheading, paragraph, table, formula, figure };
  Kind kind = Kind::paragraph;
  QString text{};                   ///< of headings; of a paragraph, plain
  QStringList head{};               ///< of a table; empty for one without
  std::vector<QStringList> rows{};  ///< of a table; the first cell of a row names it
  QString columns{};  ///< of a table: "d" for one that is aligned on the decimal point; others at the left
  QByteArray svg{};   ///< of a formula
  widgets::Figure figure{};
  double aspect = 1;  ///< width / height of a figure's pictures
  bool keep = false;  ///< on the page of what follows; headings and formulas always are
};

/// A whole report: case, assumptions, metrics, losses, pictures, comparison, sweeps, versions and hashes.
struct Report {
  QString title;
  std::vector<ReportPart> parts;
};

struct ReportOptions {
  std::vector<SweepRequest> sweeps;  ///< none: those that suit the prediction
  QStringList versions;              ///< of the program and its libraries, "name version"
};

/// Makes a report on the case of `maker` and its losses. Throws as FigureMaker::make, and Cancelled.
[[nodiscard]] Report make_report(FigureMaker& maker, const ReportOptions& options, int threads,
                                 const Progress& progress, std::stop_token stop);

/// One file that needs no other: pictures and formulas are in it. The same bytes for the same report.
[[nodiscard]] QByteArray report_html(const Report& report);
/// Pages of A4 with numbers; no picture or table is cut.
[[nodiscard]] QByteArray report_pdf(const Report& report);

}  // namespace lossscope
