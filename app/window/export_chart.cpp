// SPDX-License-Identifier: Apache-2.0
#include "app/window/export_chart.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QSettings>

#include "app/window/save_file.h"
#include "widgets/chart_export.h"

namespace lossscope {
namespace {

QString text(const char* source) { return QCoreApplication::translate("ExportChart", source); }

QByteArray bytes_of(const widgets::Chart& chart, QSizeF size, const QString& ending) {
  if (ending == QLatin1String("svg")) {
    return widgets::chart_svg(chart, size);
  }
  if (ending == QLatin1String("pdf")) {
    return widgets::chart_pdf(chart, size);
  }
  return ending == QLatin1String("csv") ? widgets::chart_csv(chart) : widgets::chart_png(chart, size);
}

}  // namespace

QString save_chart(const widgets::Chart& chart, QSizeF size, const QString& path) {
  const QString ending = QFileInfo(path).suffix().toLower();
  if (!QStringList{QStringLiteral("svg"), QStringLiteral("pdf"), QStringLiteral("png"), QStringLiteral("csv")}.contains(
          ending)) {
    return text("%1: a chart is written as .svg, .pdf, .png or .csv").arg(path);
  }
  const QByteArray bytes = bytes_of(chart, size, ending);
  return save_file(path, std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

void export_chart_dialog(const widgets::ChartView& view) {
  const QString folder = QSettings().value(QStringLiteral("exportFolder")).toString();
  QString chosen = text("Vector graphics (*.svg)");
  QString path = QFileDialog::getSaveFileName(
      view.window(), text("Export chart"), folder + QStringLiteral("/chart.svg"),
      text("Vector graphics (*.svg);;PDF (*.pdf);;Picture (*.png);;Numbers (*.csv)"), &chosen);
  if (path.isEmpty()) {
    return;
  }
  if (QFileInfo(path).suffix().isEmpty()) {
    path += chosen.mid(chosen.indexOf(u'*') + 1).chopped(1);
  }
  QSettings().setValue(QStringLiteral("exportFolder"), QFileInfo(path).absolutePath());
  const QString problem =
      save_chart(view.chart(), QSizeF(std::max(480, view.width()), std::max(260, view.height())), path);
  if (!problem.isEmpty()) {
    QMessageBox::warning(view.window(), text("Export chart"), problem);
  }
}

}  // namespace lossscope
