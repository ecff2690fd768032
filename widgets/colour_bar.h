// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "widgets/picture.h"

namespace lossscope::widgets {

/// The colours of a scale with round tick values, title and unit; horizontal. Paints with the palette's text colour.
class ColourBar : public QWidget {
  Q_OBJECT
 public:
  explicit ColourBar(QWidget* parent = nullptr);
  void setScale(const ColourScale& scale);
  void setNonFinite(qint64 count);  ///< shown beside the bar when not 0
  [[nodiscard]] const ColourScale& scale() const { return scale_; }
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  ColourScale scale_;
  qint64 non_finite_ = 0;
};

}  // namespace lossscope::widgets
