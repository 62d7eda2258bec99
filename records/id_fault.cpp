#include "records/id_fault.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "records/reject.h"

namespace plumbline {

std::string id_fault(const RawCell& cell, std::string_view column, IdRule rule) {
  const bool salesforce = rule == IdRule::kSalesforce;
  if (salesforce && cell.state == CellState::kText && id_shape(cell.text) == IdShape::kSalesforce) return {};
  if (cell.state == CellState::kNull || trim(cell.text).empty()) {
    return fmt::format("{} is blank, so nothing can refer to this row; the row is left out", column);
  }
  if (cell.state == CellState::kTooLong) return fmt::format("{}: {}", column, kTooLongReason);
  if (!is_valid_utf8(cell.text)) return fmt::format("{} is not UTF-8; save the file as UTF-8", column);
  if (!salesforce) return {};

  constexpr std::string_view kExpected =
      "a Salesforce id has 15 or 18 letters and digits; export the Id column, or name the file's own key in "
      "a "
      "field map";
  const std::string_view id = trim(cell.text);
  switch (id_shape(id)) {
    case IdShape::kSalesforce:
      return {};
    case IdShape::kWrongLength:
      return fmt::format("{} has {} characters; {}", column, code_points(id), kExpected);
    case IdShape::kWrongCharacters:
      return fmt::format("{} has characters other than letters and digits; {}", column, kExpected);
  }
  return {};
}

}  // namespace plumbline
