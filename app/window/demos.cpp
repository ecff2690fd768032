// SPDX-License-Identifier: Apache-2.0
#include "app/window/demos.h"

#include <QFile>
#include <QFileInfo>

#include "app/io/reader_client.h"

namespace lossscope {
namespace {

/// In the order of teaching.
const QStringList& ids() {
  static const QStringList kIds{QStringLiteral("imbalance"),  QStringLiteral("focal"),      QStringLiteral("tversky"),
                                QStringLiteral("boundaries"), QStringLiteral("saturation"), QStringLiteral("log_cosh")};
  return kIds;
}

Demo read_demo(const QString& path, const QString& id, const QString& folder) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    throw Refusal("E_DEMO", path.toStdString(), "the demo cannot be opened: " + file.errorString().toStdString(),
                  "give a Markdown file, or one of: " + ids().join(QStringLiteral(", ")).toStdString());
  }
  try {
    return parse_demo(file.readAll().toStdString(), id.toStdString(), folder.toStdString());
  } catch (const std::invalid_argument& error) {
    throw Refusal("E_DEMO", path.toStdString(), error.what(), "correct the line; CONTRIBUTING.md describes the format");
  }
}

QString resource(const QString& id) { return QStringLiteral(":/demos/%1.md").arg(id); }

}  // namespace

std::vector<Demo> built_in_demos() {
  std::vector<Demo> demos;
  for (const QString& id : ids()) {
    demos.push_back(read_demo(resource(id), id, {}));
  }
  return demos;
}

Demo load_demo(const QString& name_or_path) {
  if (ids().contains(name_or_path)) {
    return read_demo(resource(name_or_path), name_or_path, {});
  }
  const QFileInfo file(name_or_path);
  return read_demo(name_or_path, file.completeBaseName(), file.absolutePath());
}

}  // namespace lossscope
