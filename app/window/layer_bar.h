// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QToolBar>

#include "app/window/session_store.h"

class QComboBox;
class QSlider;
class QToolButton;

namespace lossscope {

/// What lies over the image: layer, derivative, opacity, range, contours, and the fourth pane.
class LayerBar : public QToolBar {
  Q_OBJECT
 public:
  explicit LayerBar(SessionStore& store, QWidget* parent = nullptr);
  /// A picture has no fourth pane.
  void setFlat(bool on);

 Q_SIGNALS:
  void lockRequested(bool on);  ///< of the colours' range
  void openRequested();
  void sampleRequested();
  void exportRequested();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;  ///< what it holds needs another width: the words may have room again

 private:
  void fit();
  void addLabel(const QString& text);
  void showSession(const Session& session);
  void makeFilePart();
  void makeLayerPart();
  void makeLookPart();
  void makeArrangementPart();
  QToolButton* addButton(const QString& text, const QString& tip);
  template <class Member, class Value>
  void set(const QString& text, Member member, Value value);

  SessionStore& store_;
  QComboBox* layer_ = nullptr;
  QComboBox* gradient_of_ = nullptr;
  QAction* gradient_of_action_ = nullptr;
  QSlider* opacity_ = nullptr;
  QToolButton* lock_ = nullptr;
  QToolButton* contours_ = nullptr;
  QComboBox* fourth_ = nullptr;
  QComboBox* arrangement_ = nullptr;
  std::vector<QAction*> labels_;
  bool narrow_ = false;  ///< without the labels
  bool flat_ = false;
  quint64 drag_ = 0;
};

/// The layers in the order of their keys 1 to 6, in the menu and in the bar alike.
[[nodiscard]] std::vector<std::pair<OverlayLayer, QString>> layer_choices();

/// Undoably: 0 one loss, 1 to 3 a grid of 2, 4 or 6, 4 all losses, 5 the difference of two.
void arrange(SessionStore& store, int index);

}  // namespace lossscope
