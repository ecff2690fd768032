// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QWidget>
#include <memory>

class QSvgRenderer;

namespace lossscope::widgets {

/// How large a formula of ours is beside text whose letters are `ex` high.
[[nodiscard]] QSizeF formula_size(const QSvgRenderer& formula, double ex);

/// A typeset formula: an SVG whose sizes are in ex, black on nothing, painted in the palette's text colour at the size
/// of the text, or smaller where the view is too narrow.
class FormulaView : public QWidget {
  Q_OBJECT
 public:
  explicit FormulaView(QWidget* parent = nullptr);
  ~FormulaView() override;

  void setSvg(const QByteArray& svg);  ///< empty clears
  [[nodiscard]] bool hasHeightForWidth() const override;
  [[nodiscard]] int heightForWidth(int width) const override;
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void load();
  [[nodiscard]] QSizeF natural() const;

  QByteArray svg_;
  std::unique_ptr<QSvgRenderer> renderer_;
};

}  // namespace lossscope::widgets
