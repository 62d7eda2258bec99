// What became of an export's columns from one file to the next. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/source.h"

namespace plumbline {

// Columns an export had at some time, and those of them that its newest file did not have.
struct KnownColumns {
  std::vector<std::string> known{};
  std::vector<std::string> hidden{};
};

// One a line.
std::vector<std::string> columns_from_text(std::string_view text);
std::string columns_to_text(const std::vector<std::string>& columns);

struct ColumnDrift {
  KnownColumns after{};
  std::vector<std::string> vanished{};  // with this file
  std::vector<std::string> returned{};
  std::vector<std::string> added{};  // none with the first file
};

// Names that differ in case alone are one column. A line break within a name counts as a blank.
ColumnDrift compare_columns(const KnownColumns& before, const std::vector<std::string>& now);

// What is to be told of it. Of vanished columns, those that another export of the object has are not hidden.
std::vector<FieldVisibility> visibility_of(const ColumnDrift& drift, const std::string& object,
                                           std::string_view export_name, std::string_view since,
                                           const std::vector<std::string>& elsewhere);

bool has_column(const std::vector<std::string>& columns, std::string_view name);

}  // namespace plumbline
