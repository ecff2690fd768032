// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>
#include <memory>
#include <vector>

class QLabel;

namespace lossscope::widgets {

/// One row of the panel. Knows nothing of a loss: the window translates a declaration into these.
struct ParameterRow {
  QString id;  ///< objectName of the row's editor; its slider is id + ".slider", its reset button id + ".reset"
  QString label, tooltip, suffix;
  double minimum = 0, maximum = 1;                ///< of the number field
  double slider_minimum = 0, slider_maximum = 1;  ///< of the slider
  double default_value = 0, value = 0;
  bool whole = false;        ///< whole numbers only
  bool logarithmic = false;  ///< slider moves in decades (0 at its left end when slider_minimum is 0)
  int decimals = 3;
  QStringList choices;  ///< a combo box instead of slider and number when not empty (value: index)
  QString special;      ///< a check box with this text; when ticked the value is -1 and slider and number are off
};

/// Rows of label, slider, number and reset. Emits while dragged; a drag is one `dragId`, so that an undo stack can
/// merge it.
class ParameterPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ParameterPanel(QWidget* parent = nullptr);
  ~ParameterPanel() override;

  void setCompact(bool on);                             ///< slider beside its number, for short labels; before setRows
  void setRows(const std::vector<ParameterRow>& rows);  ///< rebuilds the rows
  void setValue(const QString& id, double value);       ///< without a signal
  [[nodiscard]] double value(const QString& id) const;

 Q_SIGNALS:
  void valueChanged(const QString& id, double value, quint64 dragId);

 private:
  struct Row;
  struct Parts;
  int addRow(const ParameterRow& declared, int line);  ///< returns the line below it
  void addNumber(Row& row, QLabel* label, int line);
  void addSpecial(Row& row, int line);
  void edit(const QString& id, double value, quint64 drag);

  std::unique_ptr<Parts> parts_;
};

}  // namespace lossscope::widgets
