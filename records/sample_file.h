// The header of an export and what stands in its first rows: enough to tell what the file is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/schema.h"

namespace plumbline {

inline constexpr std::size_t kSampledRows = 10'000;     // of a file, from its beginning
inline constexpr std::size_t kSampledValues = 2'000;    // different ones kept of a column
inline constexpr std::size_t kSampledValueBytes = 200;  // of one of them, the rest is cut off
inline constexpr std::size_t kSampledFileBytes = std::size_t{64} << 20;  // of all values kept of a file

struct SampledValue {
  std::string text;  // trimmed, never empty
  std::uint64_t times = 0;
};

struct SampledColumn {
  std::string name;                         // as the header has it
  std::string label{};                      // what people call it, where a describe document says so
  std::optional<FieldType> told_type{};     // likewise
  std::vector<std::string> told_objects{};  // likewise: those a reference leads to
  std::vector<SampledValue> values{};       // different ones, in order of first appearance
  std::uint64_t filled = 0;                 // cells that are not blank
  bool repeats = false;                     // some value kept stands twice
  bool more_values = false;                 // not all are kept
};

struct FileSample {
  std::vector<SampledColumn> columns;  // those with a name
  std::uint64_t rows = 0;
  bool whole = true;  // the file has no more rows
};

// `name` is for errors and tells the format: JSON where it ends in .json, else CSV. Of JSON the records that
// the outline calls `outline`, or, where that is empty, those of its first entry. Errors are those of the
// readers, with the file's name.
Result<FileSample> sample_file(const std::string& path, const std::string& name,
                               const std::string& outline = {});

// Adds the columns of another file of the same records: values of a column that both have are put together.
void add_sample(FileSample& sample, FileSample more);

// Whether the name can be written into a field map and be found again: UTF-8, and nothing invisible at its
// ends.
bool can_be_named(std::string_view column);

}  // namespace plumbline
