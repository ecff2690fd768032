// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QSize>
#include <functional>
#include <vector>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;

namespace lossscope {

/// Something that can become a picture.
struct PictureTarget {
  QString name;
  bool has_bar = false, has_caption = false;
  /// Its height at a width, both in pixels at 96 per inch.
  std::function<double(double width, bool bar, bool caption)> height;
};

/// What of it, and how large.
struct PictureChoice {
  int target = 0;  ///< place in the list
  bool bar = true, caption = true;
  int width = 0;  ///< pixels
  double dpi = 300;
};

/// Asks what becomes a picture, how wide (millimetres or pixels) and at how many dots per inch, says how many pixels
/// that makes, and remembers the answers in the settings.
class PictureDialog : public QDialog {
  Q_OBJECT
 public:
  /// No side of a picture is longer, in pixels.
  static constexpr int kLongest = 16384;

  PictureDialog(std::vector<PictureTarget> targets, QWidget* parent);
  [[nodiscard]] PictureChoice choice() const;
  [[nodiscard]] QSize pixels() const;
  void accept() override;

 private:
  void restore();
  void changeUnit();
  void showSize();
  [[nodiscard]] bool inPixels() const;
  [[nodiscard]] const PictureTarget& target() const;

  std::vector<PictureTarget> targets_;
  QComboBox* what_ = nullptr;
  QCheckBox* bar_ = nullptr;
  QCheckBox* caption_ = nullptr;
  QDoubleSpinBox* width_ = nullptr;
  QComboBox* unit_ = nullptr;
  QSpinBox* dpi_ = nullptr;
  QLabel* size_ = nullptr;
  QDialogButtonBox* buttons_ = nullptr;
};

}  // namespace lossscope
