#include "daemon/cli/line_batch.h"

#include <algorithm>
#include <cassert>
#include <string_view>

#include "base/copy_text.h"

namespace plumbline {

void LineBatch::arrange(std::span<const std::uint32_t> order) {
  assert(order.size() == ends_.size());
  if (!std::ranges::is_sorted(order)) {
    const std::size_t begin = arranged_.size();
    arranged_.resize_and_overwrite(begin + added_.size(), [&](char* data, std::size_t) {
      char* out = data + begin;
      for (const std::uint32_t line : order) {
        const std::size_t from = line == 0 ? 0 : ends_[line - 1];
        out = copy_text(out, std::string_view(added_).substr(from, ends_[line] - from));
      }
      return static_cast<std::size_t>(out - data);
    });
  } else if (arranged_.empty()) {
    arranged_.swap(added_);
  } else {
    arranged_ += added_;
  }
  added_.clear();
  ends_.clear();
}

SinkAnswer LineBatch::write_to(TextOutput& out) {
  for (std::string* lines : {&arranged_, &added_}) {
    if (!lines->empty()) out.write(*lines);
    lines->clear();
  }
  ends_.clear();
  return out.failed() ? SinkAnswer::kEnough : SinkAnswer::kMore;
}

}  // namespace plumbline
