// SPDX-License-Identifier: Apache-2.0
#include "app/window/export_chart.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <algorithm>

#include "app/figures/figure_file.h"
#include "app/figures/text.h"
#include "app/window/save_file.h"
#include "app/window/start_folder.h"
#include "widgets/chart_export.h"

namespace lossscope {
namespace {

constexpr double kScale = 2;  // pixels of a PNG for each of the screen's

}  // namespace

QString save_chart(const widgets::Chart& chart, QSizeF size, const QString& path) {
  const auto format = picture_format(path);
  if (!format && !path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)) {
    return translated("%1: a chart is written as .svg, .pdf, .png or .csv").arg(path);
  }
  const QByteArray bytes =
      format ? widgets::picture_bytes(*format, size, kScale, chart.title, widgets::chart_page(chart, size))
             : widgets::chart_csv(chart);
  return save_file(path, std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

void export_chart_dialog(const widgets::ChartView& view) {
  QString chosen = translated("Vector graphics (*.svg)");
  QString path = QFileDialog::getSaveFileName(
      view.window(), translated("Export chart"), start_file(FolderOf::exports, QStringLiteral("chart.svg")),
      translated("Vector graphics (*.svg);;PDF (*.pdf);;Picture (*.png);;Numbers (*.csv)"), &chosen);
  if (path.isEmpty()) {
    return;
  }
  if (QFileInfo(path).suffix().isEmpty()) {
    path += chosen.mid(chosen.indexOf(u'*') + 1).chopped(1);
  }
  remember_folder(FolderOf::exports, path);
  const QString problem =
      save_chart(view.chart(), QSizeF(std::max(480, view.width()), std::max(260, view.height())), path);
  if (!problem.isEmpty()) {
    QMessageBox::warning(view.window(), translated("Export chart"), problem);
  }
}

}  // namespace lossscope
