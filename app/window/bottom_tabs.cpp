// SPDX-License-Identifier: Apache-2.0
#include "app/window/bottom_tabs.h"

#include <QSignalBlocker>

#include "app/window/classes_tab.h"
#include "app/window/curve_tab.h"
#include "app/window/descent_tab.h"
#include "app/window/distance_tab.h"
#include "app/window/errors_tab.h"
#include "app/window/histogram_tab.h"
#include "app/window/probe_tab.h"
#include "app/window/sweep_tab.h"

namespace lossscope {

BottomTabs::BottomTabs(SessionStore& store, Details& details, DescentRun& descent, QWidget* parent)
    : QTabWidget(parent), store_(store), finder_(details.turns()), classes_(details.turns()) {
  setObjectName(QStringLiteral("bottomTabs"));
  setDocumentMode(true);
  probe_ = new ProbeTab(store, details);
  add("probe", tr("Probe"), tr("The numbers at the crosshair and at pinned places"), probe_);
  add("classes", tr("Classes"), tr("Each class in numbers, and how they are combined"),
      new ClassesTab(store, classes_));
  errors_ = new ErrorsTab(store, finder_);
  add("errors", tr("Errors"), tr("What is missed and falsely found, piece by piece (N)"), errors_);
  add("histogram", tr("Histogram"), tr("How many contribute how much"), new HistogramTab(store, details));
  add("distance", tr("Distance"), tr("How far from the boundary the loss lies"), new DistanceTab(details));
  add("curve", tr("Curve"), tr("The loss along the probability at the crosshair, and along a parameter"),
      new CurveTab(store));
  sweep_ = new SweepTab(store);
  descent_ = new DescentTab(store, descent);
  add("sweep", tr("Sweep"), tr("Losses, Dice and Hausdorff along a degradation or a parameter"), sweep_);
  add("descent", tr("Descent"), tr("What the prediction becomes when it follows a loss's gradient"), descent_);
  connect(this, &QTabWidget::currentChanged, this, [this](int index) {
    store_.look([&](Session& session) {
      session.look.display.tab = widget(index)->objectName().section(u'.', 1).toStdString();
    });
    if (frame_) {
      page()->showFrame(frame_);
    }
  });
  connect(&store_, &SessionStore::changed, this, &BottomTabs::showSession);
  showSession(store_.session());
}

void BottomTabs::add(const char* id, const QString& title, const QString& tip, TabPage* page) {
  page->setObjectName(QStringLiteral("tab.") + QString::fromLatin1(id));
  const QSignalBlocker quiet(this);
  setTabToolTip(addTab(page, title), tip);
}

TabPage* BottomTabs::page() const { return static_cast<TabPage*>(currentWidget()); }

void BottomTabs::showSession(const Session& session) {
  for (int index = 0; index < count(); ++index) {
    if (widget(index)->objectName() == QStringLiteral("tab.") + QString::fromStdString(session.look.display.tab)) {
      setCurrentIndex(index);
    }
  }
}

void BottomTabs::showFrame(const FramePtr& frame) {
  frame_ = frame;
  finder_.showFrame(frame);
  classes_.showFrame(frame);
  if (isVisible()) {
    page()->showFrame(frame);
  }
}

void BottomTabs::showEvent(QShowEvent* event) {
  QTabWidget::showEvent(event);
  if (frame_) {
    page()->showFrame(frame_);
  }
}

void BottomTabs::clear() {
  frame_.reset();
  finder_.clear();
  classes_.clear();
  for (int index = 0; index < count(); ++index) {
    static_cast<TabPage*>(widget(index))->clear();
  }
}

void BottomTabs::play(const DemoPlay& play) {
  const auto bring_up = [this](TabPage* page) {
    setCurrentWidget(page);
    if (frame_) {
      page->showFrame(frame_);  // also where the tabs are hidden
    }
  };
  if (play.sweep) {
    bring_up(sweep_);
    sweep_->run();
  }
  if (play.descent) {
    bring_up(descent_);
    descent_->play(*play.descent);
  }
}

void BottomTabs::stepToError(int by) {
  setCurrentWidget(errors_);
  errors_->step(by);
}

bool BottomTabs::busy() const { return page()->busy() || finder_.busy(); }

}  // namespace lossscope
