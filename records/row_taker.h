// Who takes the rows of files once it is settled which column is which field.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "records/reject.h"
#include "records/rows.h"

namespace plumbline {

class RowTaker {
 public:
  virtual ~RowTaker() = default;
  // Starts a source (a file). `not_kept` are fields that the source has besides those it hands on.
  virtual void begin_source(std::string file, std::vector<FieldSource> sources,
                            std::span<const std::size_t> not_kept) = 0;
  // Cells in the order of begin_source's list.
  virtual void add_rows(const RowBatch& batch) = 0;
};

}  // namespace plumbline
