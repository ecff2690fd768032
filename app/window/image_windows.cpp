// SPDX-License-Identifier: Apache-2.0
#include "app/window/image_windows.h"

#include "app/figures/text.h"

#include <QMenu>

#include "app/window/session_store.h"

namespace lossscope {
namespace {

struct ImageWindow {
  const char* name;
  double width, level;  ///< Hounsfield units
};
constexpr ImageWindow kWindows[] = {{QT_TRANSLATE_NOOP("LossScope", "&Brain"), 80, 40},
                                    {QT_TRANSLATE_NOOP("LossScope", "&Lung"), 1500, -600},
                                    {QT_TRANSLATE_NOOP("LossScope", "B&one"), 1800, 400},
                                    {QT_TRANSLATE_NOOP("LossScope", "&Abdomen"), 400, 40}};

}  // namespace

void add_image_windows(QMenu& menu, SessionStore& store) {
  for (const ImageWindow& window : kWindows) {
    const QString name = translated(window.name);
    QAction* action =
        menu.addAction(translated("%1: width %2, level %3").arg(name).arg(window.width).arg(window.level));
    QObject::connect(action, &QAction::triggered, &store, [&store, window, name] {
      store.change(translated("%1 window").arg(QString(name).remove(u'&')), [&](Session& session) {
        session.look.window = window.width;
        session.look.level = window.level;
      });
    });
  }
}

}  // namespace lossscope
