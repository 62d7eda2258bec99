// Tables of a few records whose cells were written as text: what examples and test cases are judged on.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/judge.h"
#include "records/rows.h"
#include "records/table.h"

namespace plumbline {

// The object's table with columns for these fields; `cells` row after row. Ids are any text. Cells that
// cannot be read are unknown.
std::unique_ptr<Table> text_table(const Schema& schema, std::size_t object,
                                  std::span<const std::size_t> fields, std::span<const RawCell> cells);

// What is wrong with a text as a value of this field; empty where it can be read.
std::string value_fault(std::string_view text, const FieldSchema& field);

// Judging at a moment, or at noon of a day, and with this zone where owners have none; unknown verdicts are
// handed on. Both texts were checked; the zone may be empty.
JudgeOptions options_at(std::string_view as_of, std::string_view zone);

}  // namespace plumbline
