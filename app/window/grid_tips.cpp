// SPDX-License-Identifier: Apache-2.0
#include "app/window/grid_tips.h"

#include <QList>
#include <QObject>
#include <QVariant>

#include "app/figures/grid_words.h"

namespace lossscope {
namespace {

constexpr auto kOfVoxels = "of voxels, ";  ///< and the property that it is for

}  // namespace

void set_grid_words(QObject& object, const char* property, const QString& of_voxels) {
  object.setProperty(QByteArray(kOfVoxels) + property, of_voxels);
  object.setProperty(property, of_voxels);
}

void say_grid_words(QObject& root, bool flat) {
  if (const char* said = "of pixels"; root.property(said).toBool() != flat) {
    root.setProperty(said, flat);
  } else {
    return;
  }
  for (QObject* object : root.findChildren<QObject*>()) {
    for (const QByteArray& name : object->dynamicPropertyNames()) {
      if (name.startsWith(kOfVoxels)) {
        object->setProperty(name.mid(qsizetype(qstrlen(kOfVoxels))),
                            grid_words(object->property(name).toString(), flat));
      }
    }
  }
}

}  // namespace lossscope
