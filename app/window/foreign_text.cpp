// SPDX-License-Identifier: Apache-2.0
#include "app/window/foreign_text.h"

#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QPainter>
#include <QTimer>
#include <utility>

#include "app/figures/live_formula.h"
#include "app/io/picture_client.h"
#include "app/io/reader_client.h"
#include "widgets/formula_view.h"

namespace lossscope {
namespace {

constexpr qsizetype kMostPictures = 20;
constexpr int kWidest = 800;  // pixels; a panel is narrower

/// Reads a picture and makes it as small as a panel needs.
QImage picture_of(const std::string& file, const std::stop_token& stop) {
  const ReadPicture read = read_picture(file, stop);
  const QImage whole(read.rgba.get(), read.width, read.height, 4 * read.width, QImage::Format_RGBA8888);
  return read.width > kWidest ? whole.scaledToWidth(kWidest, Qt::SmoothTransformation) : whole.copy();
}

bool is_web(const QUrl& link) {
  return link.scheme() == QLatin1String("http") || link.scheme() == QLatin1String("https");
}

}  // namespace

ForeignText::ForeignText(QWidget* parent) : QTextBrowser(parent) {
  setOpenLinks(false);
  connect(this, &QTextBrowser::anchorClicked, this, &ForeignText::follow);
  connect(&reading_, &Background::idle, this, &ForeignText::readNext);
}

void ForeignText::showMarkdown(const QString& markdown, const QString& folder) {
  waiting_.clear();
  seen_.clear();
  reading_.cancel();
  folder_ = folder.isEmpty() ? folder : QFileInfo(folder).canonicalFilePath();
  document()->clear();  // and what it keeps of the last text's pictures
  setMarkdown(markdown);
}

void ForeignText::doSetSource(const QUrl&, QTextDocument::ResourceType) {}  // it shows what it is given, nothing else

void ForeignText::follow(const QUrl& link) {
  if (is_web(link)) {
    Q_EMIT webLink(link);
    QDesktopServices::openUrl(link);
  } else {
    Q_EMIT innerLink(link);
  }
}

QVariant ForeignText::loadResource(int type, const QUrl& name) {
  if (type != QTextDocument::ImageResource) {
    return {};
  }
  if (name.scheme() == QLatin1String("formula")) {
    return formula(name.path());
  }
  if (const auto own = offered_.constFind(name); own != offered_.constEnd()) {
    return *own;
  }
  // What is returned is always a picture: Qt itself would look for a file of that name otherwise.
  if (fileOf(name).isEmpty()) {
    return note(tr("[no picture: only files below the text's folder are shown]"));
  }
  if (!seen_.contains(name)) {
    if (seen_.size() >= kMostPictures) {
      return note(tr("[no picture: a text shows %1 at most]").arg(kMostPictures));
    }
    seen_ << name;
    waiting_ << name;
    QTimer::singleShot(0, this, &ForeignText::readNext);  // Qt may be laying the text out just now
  }
  return note(tr("[picture: reading]"));
}

QString ForeignText::fileOf(const QUrl& name) const {
  const QString path = name.path(QUrl::FullyDecoded);
  if (folder_.isEmpty() || !name.isRelative() || !name.authority().isEmpty() || path.isEmpty() ||
      QDir::isAbsolutePath(path) || path.startsWith(QLatin1Char(':'))) {
    return {};
  }
  const QString file = QFileInfo(folder_ + QLatin1Char('/') + path).canonicalFilePath();  // links are followed
  const QString below = folder_.endsWith(QLatin1Char('/')) ? folder_ : folder_ + QLatin1Char('/');
  return file.startsWith(below) ? file : QString();
}

void ForeignText::readNext() {
  if (reading_.busy() || waiting_.isEmpty()) {
    return;
  }
  const QUrl name = waiting_.takeFirst();
  const std::string file = QFile::encodeName(fileOf(name)).toStdString();
  reading_.run([this, name, file](const std::stop_token& stop, const Background::Deliver& deliver) {
    QImage picture;
    QString problem;
    try {
      picture = picture_of(file, stop);
    } catch (const Refusal& refusal) {
      problem = QString::fromStdString(refusal.reason);
    }
    deliver([this, name, picture, problem] {
      put(name, problem.isEmpty() ? picture : note(tr("[no picture: %1]").arg(problem)));
    });
  });
}

void ForeignText::put(const QUrl& name, const QImage& picture) {
  document()->addResource(QTextDocument::ImageResource, name, picture);
  document()->markContentsDirty(0, document()->characterCount());
  viewport()->update();
}

QImage ForeignText::formula(const QString& loss) const {
  const QByteArray svg = formula_svg(loss.toStdString());
  if (svg.isEmpty()) {
    return note(tr("[no formula: %1 is no loss]").arg(loss));
  }
  widgets::FormulaView view;
  view.setPalette(palette());
  view.setFont(font());
  view.setSvg(svg);
  view.resize(view.sizeHint());
  QImage picture(view.size(), QImage::Format_ARGB32_Premultiplied);
  picture.fill(Qt::transparent);
  view.render(&picture, QPoint(), QRegion(), QWidget::DrawChildren);
  return picture;
}

QImage ForeignText::note(const QString& words) const {
  const QFontMetrics metrics(font());
  const QString shown = metrics.elidedText(words, Qt::ElideRight, kWidest / 2);
  QImage picture(metrics.horizontalAdvance(shown) + 4, metrics.height() + 2, QImage::Format_ARGB32_Premultiplied);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setFont(font());
  painter.setPen(palette().color(QPalette::PlaceholderText));
  painter.drawText(picture.rect(), Qt::AlignCenter, shown);
  return picture;
}

}  // namespace lossscope
