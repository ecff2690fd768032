// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <cstdint>
#include <map>
#include <vector>

#include "app/session/session.h"

namespace lossscope {

/// A case that was worked on, and the session file that belongs to it.
struct Document {
  QString path;   ///< empty: untitled
  Session saved;  ///< what stands in the file
  Session last;   ///< as it was on screen last
  /// Whether the file lacks something that was done; where one looks is not counted.
  [[nodiscard]] bool unsaved() const;
};

/// The session files of a window. A file belongs to the case that it was saved from or opened with, and follows it
/// through undo and redo; another case is untitled until it is saved.
class Documents {
 public:
  /// `session` of the document with that number (SessionStore::document) is worked on.
  void show(std::uint64_t number, const Session& session);
  /// The document that is worked on has this file, in which `saved` stands.
  void assign(const QString& path, const Session& saved);

  [[nodiscard]] const Document& now() const { return documents_.at(number_); }
  [[nodiscard]] const Document& at(std::uint64_t number) const { return documents_.at(number); }
  /// Those with a file that lacks something.
  [[nodiscard]] std::vector<Document> unsaved() const;

 private:
  std::uint64_t number_ = 0;
  std::map<std::uint64_t, Document> documents_{{0, {}}};
};

}  // namespace lossscope
