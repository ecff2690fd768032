// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QMap>
#include <QStringList>
#include <QTextBrowser>

#include "app/engine/background.h"

namespace lossscope {

/// A text that somebody else may have written. By itself it opens nothing: its pictures are files below one folder,
/// read by lossscope-reader in the background, and only a click on an http or https link goes to the system's browser.
class ForeignText : public QTextBrowser {
  Q_OBJECT
 public:
  explicit ForeignText(QWidget* parent = nullptr);

  /// Pictures come from below `folder`; an empty one has none.
  void showMarkdown(const QString& markdown, const QString& folder = {});
  /// A picture of the owner's own, shown at this address whatever else there is; to be said before the text.
  void offer(const QUrl& name, const QImage& picture) { offered_[name] = picture; }
  [[nodiscard]] bool busy() const { return reading_.busy() || !waiting_.isEmpty(); }

 Q_SIGNALS:
  void innerLink(const QUrl& link);  ///< one that is not http or https was clicked
  void webLink(const QUrl& link);    ///< one that is was clicked, and handed to the system

 protected:
  /// Qt asks here for whatever a text names: pictures and style sheets, by any address.
  QVariant loadResource(int type, const QUrl& name) override;
  void doSetSource(const QUrl& name, QTextDocument::ResourceType type) override;

 private:
  void follow(const QUrl& link);
  void readNext();
  void put(const QUrl& name, const QImage& picture);
  [[nodiscard]] QImage formula(const QString& loss) const;  ///< "formula:dice": that of a loss of ours
  [[nodiscard]] QImage note(const QString& words) const;
  /// The file below the folder that is meant, or empty.
  [[nodiscard]] QString fileOf(const QUrl& name) const;

  QString folder_;
  QMap<QUrl, QImage> offered_;
  QList<QUrl> seen_, waiting_;
  Background reading_;
};

}  // namespace lossscope
