// SPDX-License-Identifier: Apache-2.0
#include "app/window/class_strip.h"

#include <QListWidget>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "app/figures/class_text.h"
#include "app/figures/pictures.h"
#include "app/window/plain_tip.h"
#include "app/window/section.h"
#include "app/window/theme.h"

namespace lossscope {
namespace {

constexpr int kMostRows = 10;  // more are scrolled
enum Part { kValue = Qt::UserRole, kShare, kColour };

/// Paints a row: a coloured square, a name, a value, and below them the share as a bar.
class ClassDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
    return {80, option.fontMetrics.height() + kBar + 5};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QStyleOptionViewItem row = option;
    initStyleOption(&row, index);
    row.text.clear();
    option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &row, painter, option.widget);
    painter->save();
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    const auto group = option.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
    painter->setPen(option.palette.color(group, chosen ? QPalette::HighlightedText : QPalette::Text));
    QRect room = option.rect.adjusted(4, 1, -6, -kBar - 3);
    const int square = option.fontMetrics.ascent();
    const QVariant colour = index.data(kColour);
    if (colour.isValid()) {
      painter->fillRect(QRect(room.left(), room.center().y() - square / 2, square, square), colour.value<QColor>());
    }
    room.setLeft(room.left() + square + 6);
    const QString value = index.data(kValue).toString();
    QFont digits = option.font;
    digits.setFamily(fixed_digits_family());
    const int width = QFontMetrics(digits).horizontalAdvance(value);
    painter->drawText(
        room.adjusted(0, 0, -width - 6, 0), Qt::AlignLeft | Qt::AlignVCenter,
        option.fontMetrics.elidedText(index.data().toString(), Qt::ElideMiddle, room.width() - width - 6));
    painter->setFont(digits);
    painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, value);
    const double share = std::clamp(std::abs(index.data(kShare).toDouble()), 0.0, 1.0);
    if (colour.isValid() && share > 0) {
      const QRect bar(room.left(), option.rect.bottom() - kBar - 1, room.width(), kBar);
      painter->fillRect(QRect(bar.left(), bar.top(), std::max(1, static_cast<int>(share * bar.width())), kBar),
                        colour.value<QColor>());
    }
    painter->restore();
  }

 private:
  static constexpr int kBar = 3;
};

}  // namespace

void look_at_class(SessionStore& store, std::optional<std::size_t> which) {
  if (store.session().look.shown_class != which) {
    store.change(ClassStrip::tr("class"), [which](Session& session) { session.look.shown_class = which; });
  }
}

ClassStrip::ClassStrip(SessionStore& store, QWidget* parent) : QWidget(parent), store_(store) {
  setObjectName(QStringLiteral("classes"));
  list_ = new QListWidget;
  list_->setObjectName(QStringLiteral("classStrip"));
  list_->setAccessibleName(tr("Classes"));
  list_->setItemDelegate(new ClassDelegate(list_));
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setUniformItemSizes(true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addWidget(section_title(tr("Classes")));
  layout->addWidget(list_);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  connect(list_, &QListWidget::currentRowChanged, this, [this](int row) {
    if (row >= 0) {
      look_at_class(store_, row == 0 ? std::nullopt : std::optional(static_cast<std::size_t>(row - 1)));
    }
  });
  connect(&store_, &SessionStore::changed, this, &ClassStrip::showSession);
  hide();
}

void ClassStrip::showFrame(const FramePtr& frame) {
  if (frame->classes == shown_) {
    return;
  }
  shown_ = frame->classes;
  setVisible(shown_ != nullptr);
  if (shown_) {
    fill(*shown_, frame->reduction ? frame->reduction->value : ClassRow::kNone);
    showSession(store_.session());
  }
}

void ClassStrip::clear() {
  shown_.reset();
  hide();
}

/// Rows stay where the classes do, so that nothing moves when only numbers change.
void ClassStrip::fill(const ClassTable& table, double value) {
  const QSignalBlocker quiet(list_);
  const auto rows = static_cast<int>(table.rows.size()) + 1;
  while (list_->count() > rows) {
    delete list_->takeItem(list_->count() - 1);
  }
  while (list_->count() < rows) {
    list_->addItem(QString());
  }
  list_->item(0)->setText(tr("All"));
  list_->item(0)->setData(kValue, value_text(value));
  list_->item(0)->setToolTip(
      plain_tip(tr("All classes together: what they contribute adds up to the value of the loss")));
  for (int at = 1; at < rows; ++at) {
    const auto c = static_cast<std::size_t>(at - 1);
    const ClassRow& row = table.rows[c];
    QListWidgetItem& item = *list_->item(at);
    item.setText(QString::fromStdString(row.name));
    item.setData(kValue, row.enters ? value_text(row.added) : QStringLiteral("–"));
    item.setData(kShare, row.enters && !std::isnan(row.share) ? row.share : 0);
    item.setData(kColour, class_row_colour(table, c));
    item.setToolTip(plain_tip(class_row_text(table, c)));
  }
  const int height = list_->sizeHintForRow(0);
  list_->setFixedHeight(std::min(rows, kMostRows) * height + 2 * list_->frameWidth());
}

void ClassStrip::showSession(const Session& session) {
  if (!shown_) {
    return;
  }
  const QSignalBlocker quiet(list_);
  const auto which = session.look.shown_class;
  list_->setCurrentRow(which ? std::min(static_cast<int>(*which) + 1, list_->count() - 1) : 0);
}

}  // namespace lossscope
