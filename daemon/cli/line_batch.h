// Verdicts as lines of text, ready to be written: what the JSONL and the CSV writer have in common.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "daemon/cli/output.h"
#include "policies/verdict_view.h"

namespace plumbline {

// Its buffers are kept when it is taken and only ever grow, to what the largest batch of the run needs; from
// then on nothing is allocated.
class LineBatch : public VerdictBatch {
 public:
  void arrange(std::span<const std::uint32_t> order) final;

  // Hands all lines to `out` in one piece each, and is empty. kEnough once `out` has failed.
  SinkAnswer write_to(TextOutput& out);

 protected:
  // `write(char*)` writes one line, its end included, into memory with `room` bytes, and returns where the
  // next byte would go.
  template <class Write>
  void add_line(std::size_t room, const Write& write) {
    const std::size_t begin = added_.size();
    added_.resize_and_overwrite(begin + room, [&](char* data, std::size_t) {
      return static_cast<std::size_t>(write(data + begin) - data);
    });
    ends_.push_back(added_.size());
  }

 private:
  std::string added_;              // since the last arrange()
  std::vector<std::size_t> ends_;  // of each line in added_
  std::string arranged_;
};

// The moment last written. A run has few, and often one.
class InstantText {
 public:
  InstantText() { set(Instant{}); }

  std::string_view of(Instant instant) {
    if (instant != instant_) set(instant);
    return {text_.data(), size_};
  }

 private:
  void set(Instant instant) {
    instant_ = instant;
    size_ = static_cast<std::size_t>(write_instant(text_.data(), instant) - text_.data());
  }

  Instant instant_{};
  std::array<char, kInstantRoom> text_{};
  std::size_t size_ = 0;
};

}  // namespace plumbline
