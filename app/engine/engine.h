// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QString>
#include <functional>
#include <memory>
#include <optional>

#include "app/engine/case_loader.h"
#include "app/engine/device_choice.h"
#include "app/engine/frame.h"

namespace lossscope {

/// The one background worker. Takes whole sessions; the latest wins: a request that has not begun is replaced, one
/// that is running is stopped at its next block. Answers arrive on the thread that owns the Engine. The worker keeps
/// what it loaded, the fields and the sums, and computes again only what the new session changed.
/// All members are to be called from the thread that owns the Engine.
class Engine : public QObject {
  Q_OBJECT
 public:
  /// `sources` are called on the worker's thread.
  explicit Engine(int threads = 0, Sources sources = {}, DeviceChoice devices = {}, QObject* parent = nullptr);
  ~Engine() override;  ///< cancels and joins

  /// Called with every frame on the worker's thread before it is delivered, to make ready what showing it needs.
  void finishFramesWith(std::function<void(Frame&)> finish);
  /// Asks for a frame of `session`. Returns its generation; never blocks.
  std::uint64_t request(const Session& session);
  /// "cpu" or "cuda[:N]" computes from the next request on; frames say what did (Frame::device, device_notice).
  void chooseDevice(const std::string& id);
  /// Tell the engine once a frame is on screen. After a preliminary frame the worker waits for that (50 ms at most), so
  /// that it does not take the processors that paint.
  void shown(std::uint64_t generation);
  /// Stops what is running; `cancelled` follows, unless a new request comes first. Nothing happens when idle.
  void cancel();
  /// Whether a request has not been answered yet.
  [[nodiscard]] bool busy() const;

 Q_SIGNALS:
  /// Of the latest request; a preliminary one may come before the final one (Frame::preliminary). While requests come
  /// faster than frames (somebody drags), also of an earlier request that differs from the latest only in the view, in
  /// the degradation or in parameters: older frames never follow newer ones.
  void frameReady(lossscope::FramePtr frame);
  void progress(double share, const QString& what);
  void refused(const lossscope::Refusal& refusal);
  void failed(const QString& message);
  void cancelled();
  void idle();  ///< nothing left to do

 private:
  struct Worker;
  struct Answer;
  void deliver(std::uint64_t generation, const Answer& answer);
  [[nodiscard]] bool leadsToLatest(const Frame& frame) const;

  std::unique_ptr<Worker> worker_;
  std::uint64_t latest_ = 0;         ///< generation of the latest request (or cancel)
  std::optional<Session> wanted_{};  ///< by the latest request; none after a cancel
  std::string device_ = "cpu";
  bool busy_ = false;
};

}  // namespace lossscope
