// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHBoxLayout>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/window/export_chart.h"
#include "widgets/chart_view.h"

namespace lossscope {

/// A chart with a row of controls above it, whose last is the export.
class ChartPane : public QWidget {
 public:
  ChartPane(const QString& name, std::initializer_list<QWidget*> controls) {
    chart = new widgets::ChartView;
    chart->setObjectName(name);
    auto* save = new QToolButton;
    save->setObjectName(name + QStringLiteral(".export"));
    save->setText(QObject::tr("Export ..."));
    save->setToolTip(QObject::tr("Save this chart as SVG, PDF, PNG or CSV"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(6, 2, 6, 0);
    for (QWidget* control : controls) {
      row->addWidget(control);
    }
    row->addStretch();
    row->addWidget(save);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(row);
    layout->addWidget(chart, 1);
    const auto open = [this] { export_chart_dialog(*chart); };
    QObject::connect(save, &QToolButton::clicked, chart, open);
    QObject::connect(chart, &widgets::ChartView::exportRequested, chart, open);
  }

  widgets::ChartView* chart = nullptr;
};

/// Fills a page with two charts side by side, the left one with `share` of the width; `above` both, what sets them.
inline void fill_with(QWidget& page, ChartPane* left, ChartPane* right, double share, QWidget* above = nullptr) {
  constexpr int kWhole = 2000;
  auto* both = new QSplitter;
  both->setChildrenCollapsible(false);
  both->addWidget(left);
  both->addWidget(right);
  both->setSizes({static_cast<int>(share * kWhole), static_cast<int>((1 - share) * kWhole)});
  auto* layout = new QVBoxLayout(&page);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  if (above != nullptr) {
    layout->addWidget(above);
  }
  layout->addWidget(both, 1);
}

}  // namespace lossscope
