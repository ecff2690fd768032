// SPDX-License-Identifier: Apache-2.0
#include "app/window/documents.h"

#include <algorithm>
#include <iterator>

namespace lossscope {

bool Document::unsaved() const {
  if (path.isEmpty()) {
    return false;
  }
  Session compared = last;
  compared.look.crosshair = saved.look.crosshair;
  compared.look.display.tab = saved.look.display.tab;
  compared.look.display.zoom = saved.look.display.zoom;
  compared.look.playback = saved.look.playback;
  return compared != saved;
}

void Documents::show(std::uint64_t number, const Session& session) {
  number_ = number;
  documents_[number].last = session;
}

void Documents::assign(const QString& path, const Session& saved) {
  for (auto& [number, other] : documents_) {
    if (number != number_ && other.path == path) {
      other.path.clear();  // its file holds this case now
    }
  }
  documents_[number_].path = path;
  documents_[number_].saved = saved;
}

std::vector<Document> Documents::unsaved() const {
  std::vector<Document> all;
  for (const auto& [number, document] : documents_) {
    if (document.unsaved()) {
      all.push_back(document);
    }
  }
  return all;
}

}  // namespace lossscope
