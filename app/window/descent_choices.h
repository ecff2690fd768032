// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <array>
#include <vector>

#include "app/engine/descent_run.h"
#include "app/session/demo.h"
#include "app/session/session.h"

class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace lossscope {

/// What a descent goes by: its losses, how a step follows the gradient, how far, and where it starts.
class DescentChoices : public QWidget {
  Q_OBJECT
 public:
  explicit DescentChoices(QWidget* parent = nullptr);

  /// The chosen losses with the parameters of a session.
  [[nodiscard]] std::vector<DescentLane> lanes(const Session& session) const;
  [[nodiscard]] DescentSettings settings() const;
  [[nodiscard]] int count() const;  ///< steps to play
  void choose(const DescentPlay& wanted);

  /// What is chosen now, to go back to.
  struct State {
    std::array<int, DescentRun::kMaximumLanes> lanes{};
    int optimiser = 0, rates = 0, start = 0;
    double rate = 1;
    [[nodiscard]] bool held() const { return start == 1; }
  };
  [[nodiscard]] State state() const;
  void setState(const State& state);

 Q_SIGNALS:
  void changed();  ///< by the person

 private:
  [[nodiscard]] QWidget* makeLanes();
  [[nodiscard]] QWidget* makeSettings();

  std::array<QComboBox*, DescentRun::kMaximumLanes> lanes_{};
  QComboBox* optimiser_ = nullptr;
  QDoubleSpinBox* rate_ = nullptr;
  QSpinBox* count_ = nullptr;
  QComboBox* rates_ = nullptr;
  QComboBox* starts_ = nullptr;
};

/// A list that stays narrow whatever its items are.
[[nodiscard]] QComboBox* descent_combo(const char* name, const QStringList& items, const QString& tip);

}  // namespace lossscope
