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
  enum class Kind : std::uint8_t { title, heading, subheading, paragraph, table, formula, code, file, figure };
  Kind kind = Kind::paragraph;
  QString text{};                   ///< of headings, a paragraph or code, plain; the name of a file
  QStringList head{};               ///< of a table; empty for one without
  std::vector<QStringList> rows{};  ///< of a table; the first cell of a row names it
  /// Of a table, one letter a column: "l" names the row, "t" is text that wraps, "d" a number, "c" an identifier; the
  /// last two are never broken. Columns beyond it are text.
  QString columns = QStringLiteral("lt");
  QByteArray bytes{};  ///< a formula's SVG, a file's content
  widgets::Figure figure{};
  double aspect = 1;   ///< width / height of a figure's pictures
  bool rigid = false;  ///< a figure that never gives way to fill a page: smaller, a chart loses its numbers
  bool keep = false;   ///< on the page of what follows; headings and formulas always are
};

/// A whole report: case, assumptions, metrics, losses, pictures, comparison, sweeps, method, references, the command
/// that writes it again, versions and hashes.
struct Report {
  QString title;
  std::vector<ReportPart> parts;
};

struct ReportOptions {
  std::vector<SweepRequest> sweeps;  ///< none: those that suit the prediction
  QStringList versions;              ///< of the program and its libraries, "name version"
  QString name;                      ///< of the file that it is written to, for the command that writes it again
};

/// Makes a report on the case of `maker` and its losses. Throws as FigureMaker::make, and Cancelled.
[[nodiscard]] Report make_report(FigureMaker& maker, const ReportOptions& options, int threads,
                                 const Progress& progress, std::stop_token stop);

/// One file that needs no other: pictures, formulas and files are in it. The same bytes for the same report.
[[nodiscard]] QByteArray report_html(const Report& report);
/// Pages of A4 with numbers; no picture or table is cut. Files are attached.
[[nodiscard]] QByteArray report_pdf(const Report& report);

}  // namespace lossscope
