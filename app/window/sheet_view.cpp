// SPDX-License-Identifier: Apache-2.0
#include "app/window/sheet_view.h"

#include <QVBoxLayout>
#include <utility>

#include "app/figures/scenes.h"

namespace lossscope {
SheetView::SheetView(SessionStore& store, const Details& details, QWidget* parent)
    : QWidget(parent), store_(store), details_(details) {
  sheet_ = new widgets::ContactSheet;
  sheet_->setObjectName(QStringLiteral("contactSheet"));
  sheet_->setAccessibleName(tr("the contact sheet"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(sheet_);
  connect(sheet_, &widgets::ContactSheet::chosen, this, [this](const QString& id) {
    const bool of_class = frame_->session.look.arrangement == Arrangement::class_sheet;
    store_.change(of_class ? tr("open class") : tr("open loss"), [&](Session& session) {
      if (of_class) {
        session.look.shown_class = id.toULongLong();
      } else {
        session.loss.id = id.toStdString();
      }
      session.look.arrangement = Arrangement::single;
    });
  });
  connect(&details_, &Details::changed, this, &SheetView::rebuild);
}

void SheetView::show(const FramePtr& frame) {
  frame_ = frame;
  rebuild();
}

void SheetView::rebuild() {
  const bool shown = frame_ && frame_->session.look.is_sheet() &&
                     store_.session().look.arrangement == frame_->session.look.arrangement;
  if (!shown) {
    return;
  }
  widgets::Sheet sheet = contact_sheet(*frame_, statistics());
  sheet.focus = case_box(*frame_, frame_->session.look.compared_view);  // there is no room for what no loss looks at
  sheet_->setSheet(std::move(sheet));
  const Look& look = frame_->session.look;
  sheet_->setCurrent(look.arrangement != Arrangement::class_sheet ? QString::fromStdString(frame_->session.loss.id)
                     : look.shown_class                           ? QString::number(*look.shown_class)
                                                                  : QString());
}

void SheetView::showSettings(const Session& session) {
  if (frame_ && session.look.is_sheet() &&
      (frame_->session.look.display.opacity != session.look.display.opacity ||
       frame_->session.look.display.show_overlay != session.look.display.show_overlay ||
       frame_->session.look.display.show_contours != session.look.display.show_contours)) {
    auto looked = std::make_shared<Frame>(*frame_);
    looked->session.look.display.opacity = session.look.display.opacity;
    looked->session.look.display.show_overlay = session.look.display.show_overlay;
    looked->session.look.display.show_contours = session.look.display.show_contours;
    frame_ = std::move(looked);
    rebuild();
  }
}

void SheetView::clear() {
  frame_.reset();
  sheet_->setSheet({});
}

}  // namespace lossscope
