// Cells that stand beside a record's typed columns, as one JSON object of names and texts: `_other` has those
// of columns that nobody declared, `_unread` those that could not be read as their type. Written with
// JsonWriter; read back here. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plumbline {

struct SideCell {
  std::string name;
  std::optional<std::string> text{};  // empty: null
};

// `cells` become those of `json`, in its order; their memory is used again. An empty text has none.
// ErrorCode::kCorrupt where it is no object of texts and nulls.
Status read_side_cells(std::string_view json, std::vector<SideCell>& cells);

// The other way; an empty text where there are none.
std::string side_cells_json(const std::vector<SideCell>& cells);

const SideCell* find_side_cell(const std::vector<SideCell>& cells, std::string_view name);

}  // namespace plumbline
