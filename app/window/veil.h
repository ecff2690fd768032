// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

namespace lossscope {

/// Says when numbers are to be grey because they are not those of what was asked for. Whoever shows a number shows it
/// with the names that it belongs to, veiled or not; the veil tells that something else is on its way, or is missing.
class Veil : public QObject {
  Q_OBJECT
 public:
  enum class Need : std::uint8_t {
    none,
    waiting,  ///< the rest is being computed: veiled if that takes long enough to be noticed
    held      ///< pictures are ahead of their numbers already, or nothing is on its way: veiled at once
  };
  explicit Veil(QObject* parent = nullptr);
  void need(Need need);
  [[nodiscard]] bool on() const { return on_; }
  /// Whether `changed` is still to come without another need.
  [[nodiscard]] bool settling() const { return rest_.isActive(); }

 Q_SIGNALS:
  void changed(bool on);

 private:
  void set(bool on);

  QTimer rest_;
  bool on_ = false, next_ = false;
};

}  // namespace lossscope
