#include "records/table.h"

namespace plumbline {

RowIndex Table::find(const Probe& probe) const {
  if (!id_field_) return kMissingRow;
  const RowIndex row = ids_.find(probe.key, probe.hash, [this](RowIndex at) { return key_of(at); });
  return row == kNoRow || deleted(row) ? kMissingRow : row;
}

std::string_view Table::id(RowIndex row) const {
  if (!id_field_ || id_column().kind(row) != CellKind::kKnown) return {};
  return id_column().text(row);
}

}  // namespace plumbline
