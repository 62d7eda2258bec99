// Rows and cells that were not taken, and what is said of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "records/rows.h"

namespace plumbline {

// A row or cell that was not taken. Text is bounded (kMaxRawBytes).
struct Reject {
  std::string file;
  std::uint64_t line = 0;
  std::string column{};  // header name; empty for a whole row
  std::string reason;
  std::string raw{};
};

// Receives rejects as they are met, so that a file of a million bad cells needs no memory of ours.
class RejectSink {
 public:
  virtual ~RejectSink() = default;
  virtual void reject(const Reject& reject) = 0;
};

// How one column of a source becomes a field.
struct FieldSource {
  std::size_t field = 0;
  std::string column{};       // header name
  std::string date_format{};  // strptime-like, from a field map; empty for ISO
  bool kept = true;  // false: looked at as its row passes, as ids are to tell records that come twice
};

// Why a cell of CellState::kTooLong is not read.
inline constexpr std::string_view kTooLongReason =
    "the cell is longer than 1 MiB; shorten it, or leave the column out of the export";

// The first kMaxRawBytes, cut between two characters.
std::string bounded_raw(std::string_view raw);

// Of a cell that could not be read for this reason, which the source's date format is added to.
Reject unreadable_cell(std::string file, std::uint64_t line, const FieldSource& source, const RawCell& cell,
                       std::string_view reason);

// Of a row that a later one with the same id replaces; the entry stands at the earlier one's line.
struct RepeatedRow {
  std::string id;  // as this row spells it
  std::string file;
  std::uint64_t line = 0;
  std::string later_id;  // and the later one
  std::string later_file;
  std::uint64_t later_line = 0;
};
Reject replaced_row(const RepeatedRow& row);

}  // namespace plumbline
