// SPDX-License-Identifier: Apache-2.0
#include "app/figures/case_text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStringList>
#include <algorithm>
#include <array>
#include <cstdint>

#include "app/figures/class_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/text.h"
#include "app/io/known_spacing.h"
#include "app/io/label_words.h"

namespace lossscope {

QString input_name(const QString& path) {
  if (path == QLatin1String("sample:mni-head")) {
    return QCoreApplication::translate("InputRow", "MNI head (sample)");
  }
  if (path == QLatin1String("sample:phantom")) {
    return QCoreApplication::translate("InputRow", "phantom (generated)");
  }
  return QString::fromStdString(displayable(QFileInfo(path).fileName().toStdString()));
}

QString input_name(const Session& session, Role role) {
  const QFileInfo file(QString::fromStdString(session.path_of(role)));
  constexpr std::array kRoles{Role::image, Role::mask, Role::prediction};
  const bool ambiguous = std::ranges::any_of(kRoles, [&](Role other) {
    const QFileInfo second(QString::fromStdString(session.path_of(other)));
    return second.filePath() != file.filePath() && second.fileName() == file.fileName();
  });
  QString name = input_name(file.filePath());
  if (const InputChoice* input = session.input(role); input != nullptr && !input->more_channels.empty()) {
    name += QCoreApplication::translate("InputRow", " and %1 more").arg(input->more_channels.size());
  }
  const QString folder = file.absoluteDir().dirName();
  return ambiguous && !folder.isEmpty() && !file.fileName().isEmpty()
             ? QString::fromStdString(displayable(folder.toStdString())) + QLatin1Char('/') + name
             : name;
}

QString prediction_text(const Session& session) {
  const PredictionChoice& prediction = session.prediction();
  QString made;
  if (prediction.from<FromFile>() != nullptr) {
    made = input_name(session, Role::prediction);
  } else if (const auto* model = prediction.from<FromModel>()) {
    made = QStringLiteral("the image, by the model %1").arg(input_name(QString::fromStdString(model->model.path)));
  } else if (prediction.from<FromMask>() != nullptr) {
    const QString how = QString::fromStdString(to_string(prediction.degradation()));
    made = how.isEmpty() ? QStringLiteral("the mask itself") : QStringLiteral("the mask, degraded by ") + how;
  }
  if (session.look.playback) {
    made += QStringLiteral(", after %1 steps of a descent").arg(session.look.playback->step);
  }
  return made;
}

QString case_text(const Session& session, const CaseData& data) {
  QStringList parts;
  if (!data.mask.empty()) {
    QString mask = QStringLiteral("mask %1").arg(input_name(session, Role::mask));
    if (data.classes) {
      mask += (data.class_at ? QStringLiteral(", class ") : QStringLiteral(", ")) + class_text(data);
    } else if (!session.study.labels.values.empty()) {
      mask +=
          QStringLiteral(", label %1").arg(QString::fromStdString(label_words(session.study.labels.values, "nonzero")));
    }
    parts << mask;
    if (!data.counts.empty()) {
      const auto counts = data.counts.voxels<std::uint8_t>();
      parts << grid_words(QStringLiteral("%1 voxels do not count"), data.grid)
                   .arg(std::count(counts.begin(), counts.end(), std::uint8_t{0}));
    }
  }
  const PredictionChoice& prediction = session.prediction();
  if (const QString made = prediction_text(session); !made.isEmpty()) {
    const bool named = prediction.from<FromFile>() != nullptr;
    parts << (named ? QStringLiteral("prediction ") : QStringLiteral("prediction: ")) + made;
  }
  if (prediction.threshold) {
    parts << QStringLiteral("cut at %1").arg(*prediction.threshold, 0, 'g', 4);
  }
  return parts.join(QStringLiteral(" \u00b7 "));
}

QString index_text(const CaseData& data, const std::array<std::int64_t, 3>& voxel, int width) {
  return index_text(flat_axis(data.grid), voxel, width);
}

QString index_text(std::optional<int> flat, const std::array<std::int64_t, 3>& voxel, int width) {
  QStringList index;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!flat || static_cast<std::size_t>(*flat) != axis) {
      index << QStringLiteral("%1").arg(voxel[axis], width);
    }
  }
  return index.join(QStringLiteral(", "));
}

VolumeUnit volume_unit(const CaseData& data) {
  const auto flat = flat_axis(data.grid);
  const double thickness = flat ? data.grid.spacing[static_cast<std::size_t>(*flat)] : 1;
  if (!data.has_spacing) {
    return {text(place_unit(data)), 1, flat.has_value()};
  }
  return flat ? VolumeUnit{QStringLiteral("mm\u00b2"), thickness, true} : VolumeUnit{QStringLiteral("ml"), 1000, false};
}

QString size_text(const LoadedVolume& file) {
  const Grid& grid = file.grid;
  const auto flat = flat_axis(grid);
  QStringList sizes, lengths;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!flat || static_cast<std::size_t>(*flat) != axis) {
      sizes << QString::number(grid.size[axis]);
      lengths << QString::number(grid.spacing[axis], 'g', 4);
    }
  }
  if (std::ranges::all_of(lengths, [&](const QString& length) { return length == lengths.front(); })) {
    lengths = {lengths.front()};
  }
  const QString times = QStringLiteral(" \u00d7 ");
  const QString size = sizes.join(times) + (flat ? QStringLiteral(" pixels") : QString());
  return knows_spacing(file) ? QStringLiteral("%1, %2 mm").arg(size, lengths.join(times)) : size;
}

QString plane_name(Anatomical plane) {
  const std::array names{QStringLiteral("Axial"), QStringLiteral("Coronal"), QStringLiteral("Sagittal")};
  return names[static_cast<std::size_t>(plane)];
}

namespace {

QString colours_sentence(const Session& session) {
  if (!session.look.display.show_overlay) {
    return {};
  }
  const bool together = session.study.classes && !session.look.shown_class;
  const QString by =
      session.look.gradient_of == GradientOf::logit ? QStringLiteral("logit z") : QStringLiteral("probability p");
  switch (session.look.layer) {
    case OverlayLayer::none:
      break;
    case OverlayLayer::contribution:
      return session.look.shown_class && session.study.classes
                 ? QStringLiteral(
                       "Colours: what each voxel adds to the loss under this class; together what the class "
                       "adds to its value.")
                 : QStringLiteral(
                       "Colours: what each voxel adds to the loss; all voxels together add up to its value.");
    case OverlayLayer::gradient:
      if (together) {
        return QStringLiteral("Colours: the length of the loss's gradient by the voxel's %1 over all channels.")
            .arg(by);
      }
      return QStringLiteral(
                 "Colours: the derivative of the loss by the voxel's %1; where it is red the loss falls when %2 "
                 "falls, where it is blue when %2 rises.")
          .arg(by, by.right(1));
    case OverlayLayer::prediction:
      return together ? QStringLiteral("Colours: the most likely class.") : QStringLiteral("Colours: the prediction.");
    case OverlayLayer::distance:
      return QStringLiteral("Colours: signed distance to the mask's boundary, negative inside.");
    case OverlayLayer::counterfactual:
      return together ? QStringLiteral(
                            "Colours: by how much the loss would drop if this voxel alone were right in all classes.")
                      : QStringLiteral("Colours: by how much the loss would drop if this voxel alone were right.");
    case OverlayLayer::field:
      return QStringLiteral("Colours: the field by which the loss weighs voxels.");
    case OverlayLayer::errors:
      return together ? QStringLiteral(
                            "Colours: where the prediction is wrong, and for which class it takes the voxel; what it "
                            "takes for none of them is missed.")
                      : QStringLiteral("Colours: what the prediction misses, and what it finds outside of the mask.");
  }
  return {};
}

}  // namespace

QString layer_sentence(const Session& session, const Grid& grid) { return grid_words(colours_sentence(session), grid); }

}  // namespace lossscope
