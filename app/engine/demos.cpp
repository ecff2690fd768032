// SPDX-License-Identifier: Apache-2.0
#include "app/engine/demos.h"

#include <QFile>
#include <QFileInfo>

#include "app/engine/state_check.h"
#include "app/io/reader_client.h"
#include "app/io/safe_file.h"
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
  return parse_demo(file.readAll().toStdString(), id.toStdString(), {}, check_words);
}

/// Why a picture cannot be shown; empty when it can.
std::string picture_problem(const DemoPicture& picture, const std::string& folder) {
  constexpr std::string_view kFormula = "formula:";
  if (picture.path.starts_with(kFormula)) {
    const std::string id = picture.path.substr(kFormula.size());
    return find_loss(id) != nullptr ? std::string() : "there is no loss '" + id + "' whose formula could be shown";
  }
  const bool there = QFileInfo(QString::fromStdString(folder + "/" + picture.path)).isFile();
  return there ? std::string() : "there is no picture '" + picture.path + "' below " + folder;
}

/// Throws std::invalid_argument for a picture that is not there, unless there is a list for it.
void check_pictures(const Demo& demo, std::vector<DemoMistake>* mistakes) {
  for (const DemoPicture& picture : demo.pictures) {
    const std::string problem = picture_problem(picture, demo.folder);
    if (!problem.empty() && mistakes == nullptr) {
      throw std::invalid_argument("line " + std::to_string(picture.line) + ": " + problem);
    }
    if (!problem.empty()) {
      mistakes->push_back({picture.line, problem});
    }
  }
}

}  // namespace

std::vector<Demo> built_in_demos() {
  std::vector<Demo> demos;
  for (const QString& id : ids()) {
    demos.push_back(built_in(id));
  }
  return demos;
}

Demo load_demo(const QString& name_or_path, std::vector<DemoMistake>* mistakes) {
  if (ids().contains(name_or_path)) {
    return built_in(name_or_path);
  }
  const QFileInfo file(name_or_path);
  const std::string path = QFile::encodeName(name_or_path).toStdString();
  try {
    Demo demo = parse_demo(read_text(path), file.completeBaseName().toStdString(), file.absolutePath().toStdString(),
                           check_words, mistakes);
    check_pictures(demo, mistakes);
    return demo;
  } catch (const Refusal& refusal) {
    throw Refusal("E_DEMO", path, "the demo cannot be opened: " + refusal.reason,
                  "give a Markdown file, or one of: " + ids().join(QStringLiteral(", ")).toStdString());
  } catch (const std::invalid_argument& error) {
    throw Refusal("E_DEMO", path, error.what(),
                  "correct the line; `lossscope demo --members` lists what a state may say");
  }
}

int append_demo_step(const QString& path, const QString& title, const Session& session) {
  const QFileInfo file(path);
  const std::string name = QFile::encodeName(path).toStdString(), folder = file.absolutePath().toStdString();
  const QString words = title.simplified().isEmpty() ? QStringLiteral("A step") : title.simplified();
  std::string text = "# " + file.completeBaseName().toStdString() + "\nSay here what this demo is about.\n";
  Session before;
  std::size_t steps = 0;
  if (file.exists()) {
    const Demo demo = load_demo(path);
    const DemoStep& last = demo.steps.back();
    before = (last.answered ? *last.answered : last.shown).session;
    steps = demo.steps.size();
    text = read_text(name);
    text += text.ends_with('\n') ? "" : "\n";
  }
  write_file(name, text + "\n" + step_markdown(words.toStdString(), before, session, folder));
  return static_cast<int>(steps) + 1;
}

}  // namespace lossscope
