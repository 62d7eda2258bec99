// What could not be read: the first few kept for the summary, all of them into a file where one was asked
// for.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "daemon/cli/output.h"
#include "records/table_builder.h"

namespace plumbline {

inline constexpr std::size_t kShownRejects = 5;

// CSV with the columns file, line, column, reason, raw. `file` may be null; else it must outlive this, and
// whoever owns it finishes it.
class RejectLog : public RejectSink {
 public:
  explicit RejectLog(TextOutput* file);
  void reject(const Reject& reject) override;

  // Whether the file cannot be written. From any thread.
  bool failed() const { return failed_; }

  std::uint64_t count() const { return count_; }
  const std::vector<Reject>& first() const { return first_; }

 private:
  TextOutput* file_;
  std::atomic<bool> failed_ = false;
  std::uint64_t count_ = 0;
  std::vector<Reject> first_;
};

}  // namespace plumbline
