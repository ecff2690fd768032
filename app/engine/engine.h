// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QString>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "app/engine/slicing.h"
#include "app/session/session.h"

namespace lossscope {

/// What a view shows, in view order (row 0 at the top). Vectors are empty where there is nothing to show.
struct ViewResult {
  ViewAxes axes;
  std::int64_t slice = 0;
  std::vector<float> image, overlay, prediction, mask;
};

/// The loaded case: volumes share their buffers with whoever shows them.
struct CaseData {
  LoadedVolume image, labels, prediction_file;  ///< `volume` empty where not given
  Grid grid;                                    ///< the mask's, else the image's
  Volume mask;                                  ///< uint8, of the chosen label
  Volume prediction;                            ///< float32, probabilities or logits
  PredictionKind kind = PredictionKind::probability;
  float image_low = 0, image_high = 1;          ///< 1st and 99th percentile: automatic window
  std::vector<Assumption> assumptions;
};

/// Numbers under the crosshair; NaN where there is nothing.
struct Probe {
  std::array<std::int64_t, 3> voxel{};
  std::array<double, 3> world{};  ///< LPS, mm
  double image, mask, prediction, contribution, gradient, distance;
};

struct Timing {
  double load = 0, fields = 0, reduce = 0, map = 0;  ///< seconds
};

/// A finished answer to one request.
struct Frame {
  std::uint64_t generation = 0;
  Session session;  ///< the one that was computed
  std::shared_ptr<const CaseData> data;
  std::optional<Reduction> reduction;  ///< none without mask and prediction
  std::array<ViewResult, 3> views;     ///< axial, coronal, sagittal
  double overlay_low = 0, overlay_high = 1;  ///< of the overlay over the visible slices (or the locked range)
  std::int64_t non_finite = 0;               ///< overlay voxels in the visible slices that are not finite
  Probe probe{};
  Volume distance;  ///< signed distance map of the mask where the session shows it
  Timing timing;
};
using FramePtr = std::shared_ptr<const Frame>;

/// The one background worker. Takes whole sessions; the latest wins: a request that has not begun is replaced, one
/// that is running is stopped at its next block. Answers arrive on the thread that owns the Engine. The worker keeps
/// what it loaded, the fields and the sums, and computes again only what the new session changed.
class Engine : public QObject {
  Q_OBJECT
 public:
  explicit Engine(int threads = 0, QObject* parent = nullptr);
  ~Engine() override;  ///< cancels and joins

  /// Asks for a frame of `session`. Returns its generation; never blocks.
  std::uint64_t request(const Session& session);
  /// Stops what is running; `cancelled` follows.
  void cancel();
  [[nodiscard]] bool busy() const;

 Q_SIGNALS:
  void frameReady(lossscope::FramePtr frame);  ///< only of the latest request
  void progress(double share, const QString& what);
  void refused(const QString& code, const QString& file, const QString& reason, const QString& remedy);
  void failed(const QString& message);
  void cancelled();
  void idle();  ///< nothing left to do

 private:
  struct Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace lossscope
