#include "daemon/cli/rejects.h"

#include <fmt/format.h>

#include "daemon/cli/csv_text.h"

namespace plumbline {

RejectLog::RejectLog(TextOutput* file) : file_(file) {
  if (file_ != nullptr) file_->write("file,line,column,reason,raw\n");
}

void RejectLog::reject(const Reject& reject) {
  ++count_;
  if (first_.size() < kShownRejects) first_.push_back(reject);
  if (file_ == nullptr) return;
  file_->write(fmt::format("{},{},{},{},{}\n", csv_cell(reject.file), reject.line, csv_cell(reject.column),
                           csv_cell(reject.reason), csv_cell(reject.raw)));
  if (file_->failed()) failed_ = true;
}

}  // namespace plumbline
