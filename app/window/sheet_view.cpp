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
    store_.change(tr("open loss"), [&](Session& session) {
      session.loss = id.toStdString();
      session.arrangement = Arrangement::single;
    });
  });
  connect(&details_, &Details::changed, this, &SheetView::rebuild);
}

void SheetView::show(const FramePtr& frame) {
  frame_ = frame;
  rebuild();
}

void SheetView::rebuild() {
  const bool shown = frame_ && store_.session().arrangement == Arrangement::contact_sheet &&
                     frame_->session.arrangement == Arrangement::contact_sheet;
  if (!shown) {
    return;
  }
  widgets::Sheet sheet = contact_sheet(*frame_, statistics());
  sheet.focus = case_box(*frame_, frame_->session.compared_view);  // there is no room for what no loss looks at
  sheet_->setSheet(std::move(sheet));
  sheet_->setCurrent(QString::fromStdString(frame_->session.loss));
}

void SheetView::showSettings(const Session& session) {
  if (frame_ && session.arrangement == Arrangement::contact_sheet &&
      (frame_->session.opacity != session.opacity || frame_->session.show_overlay != session.show_overlay ||
       frame_->session.show_contours != session.show_contours)) {
    auto looked = std::make_shared<Frame>(*frame_);
    looked->session.opacity = session.opacity;
    looked->session.show_overlay = session.show_overlay;
    looked->session.show_contours = session.show_contours;
    frame_ = std::move(looked);
    rebuild();
  }
}

void SheetView::clear() {
  frame_.reset();
  sheet_->setSheet({});
}

}  // namespace lossscope
