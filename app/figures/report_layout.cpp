// SPDX-License-Identifier: Apache-2.0
#include "app/figures/report_layout.h"

#include <algorithm>

namespace lossscope {
namespace {

constexpr std::size_t kMostWaiting = 2;  // a figure further behind its text would not be found

/// Blocks that stay together: first to last.
struct Group {
  std::size_t first = 0, last = 0;
};

std::vector<Group> groups_of(std::span<const Extent> blocks) {
  std::vector<Group> groups;
  for (std::size_t at = 0; at < blocks.size(); ++at) {
    const std::size_t first = at;
    while (blocks[at].keep_with_next && at + 1 < blocks.size()) {
      ++at;
    }
    groups.push_back({first, at});
  }
  return groups;
}

/// One page while it is filled, each block as small as it may be.
class Page {
 public:
  Page(std::span<const Extent> blocks, double height) : blocks_(blocks), height_(height) {}

  /// Takes a group that there is room for; an empty page takes any.
  bool take(const Group& group) {
    double used = used_;
    for (std::size_t at = group.first; at <= group.last; ++at) {
      used += (taken_.empty() && at == group.first ? 0 : blocks_[at].above) + blocks_[at].least;
    }
    if (used > height_ && !taken_.empty()) {
      return false;
    }
    used_ = used;
    for (std::size_t at = group.first; at <= group.last; ++at) {
      taken_.push_back(at);
    }
    return true;
  }

  /// Below each other; what can be higher shares the room that is left.
  void place(std::size_t page, std::vector<PlacedBlock>& placed) const {
    double wishes = 0;
    for (const std::size_t at : taken_) {
      wishes += blocks_[at].height - blocks_[at].least;
    }
    const double share = wishes > 0 ? std::clamp((height_ - used_) / wishes, 0.0, 1.0) : 0;
    double top = 0;
    for (const std::size_t at : taken_) {
      top += at == taken_.front() ? 0 : blocks_[at].above;
      placed.push_back({at, page, top, blocks_[at].least + share * (blocks_[at].height - blocks_[at].least)});
      top += placed.back().height;
    }
  }

 private:
  std::span<const Extent> blocks_;
  double height_, used_ = 0;
  std::vector<std::size_t> taken_;
};

}  // namespace

std::vector<PlacedBlock> lay_out(std::span<const Extent> blocks, double page_height) {
  const std::vector<Group> groups = groups_of(blocks);
  std::vector<PlacedBlock> placed;
  std::vector<Group> waiting;  // figures that had no room
  std::size_t next = 0;
  for (std::size_t number = 0; next < groups.size() || !waiting.empty(); ++number) {
    Page page(blocks, page_height);
    while (!waiting.empty() && page.take(waiting.front())) {
      waiting.erase(waiting.begin());
    }
    for (; next < groups.size(); ++next) {
      const Group& group = groups[next];
      const bool floats = blocks[group.last].floats;  // with its heading: else that would end the page here
      const bool has_figure = std::any_of(blocks.begin() + static_cast<std::ptrdiff_t>(group.first),
                                          blocks.begin() + static_cast<std::ptrdiff_t>(group.last) + 1,
                                          [](const Extent& block) { return block.floats; });
      const bool behind = has_figure && !waiting.empty();  // figures keep their order
      if (!behind && page.take(group)) {
        continue;
      }
      if (!floats || waiting.size() == kMostWaiting) {
        break;
      }
      waiting.push_back(group);
    }
    page.place(number, placed);
  }
  return placed;
}

}  // namespace lossscope
