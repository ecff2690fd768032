// SPDX-License-Identifier: Apache-2.0
#include "app/window/demos.h"

#include <QFile>
#include <QFileInfo>

#include "app/io/reader_client.h"
#include "app/io/text_file.h"

namespace lossscope {
namespace {

/// In the order of teaching.
const QStringList& ids() {
  static const QStringList kIds{QStringLiteral("imbalance"),  QStringLiteral("focal"),      QStringLiteral("tversky"),
                                QStringLiteral("boundaries"), QStringLiteral("saturation"), QStringLiteral("log_cosh")};
  return kIds;
}

Demo built_in(const QString& id) {
  QFile file(QStringLiteral(":/demos/%1.md").arg(id));
  if (!file.open(QIODevice::ReadOnly)) {
    throw std::logic_error("no such demo: " + id.toStdString());
  }
  return parse_demo(file.readAll().toStdString(), id.toStdString(), {});
}

}  // namespace

std::vector<Demo> built_in_demos() {
  std::vector<Demo> demos;
  for (const QString& id : ids()) {
    demos.push_back(built_in(id));
  }
  return demos;
}

Demo load_demo(const QString& name_or_path) {
  if (ids().contains(name_or_path)) {
    return built_in(name_or_path);
  }
  const QFileInfo file(name_or_path);
  const std::string path = QFile::encodeName(name_or_path).toStdString();
  try {
    return parse_demo(read_text(path), file.completeBaseName().toStdString(), file.absolutePath().toStdString());
  } catch (const Refusal& refusal) {
    throw Refusal("E_DEMO", path, "the demo cannot be opened: " + refusal.reason,
                  "give a Markdown file, or one of: " + ids().join(QStringLiteral(", ")).toStdString());
  } catch (const std::invalid_argument& error) {
    throw Refusal("E_DEMO", path, error.what(), "correct the line; CONTRIBUTING.md describes the format");
  }
}

}  // namespace lossscope
