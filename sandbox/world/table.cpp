#include "sandbox/world/table.h"

#include <utility>

namespace plumbline::sandbox {

Table::Table(const BaseRecords& base, ObjectKind object) : base_(base), spec_(spec_of(object)) {
  const std::size_t rows = base.count(object);
  created_.reserve(rows);
  changed_.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const Stamps when = base.stamps(object, static_cast<RowNumber>(row));
    created_.push_back(seconds_of(when.created));
    changed_.push_back(seconds_of(when.changed));
  }
  deleted_.resize(rows);
}

std::optional<RowNumber> Table::find(std::string_view id) const {
  const std::optional<std::size_t> number = record_number(spec_.prefix, id);
  if (!number || *number >= created_.size()) return std::nullopt;
  return static_cast<RowNumber>(*number);
}

void Table::read(RowNumber row, Row& out) const {
  const auto kept = kept_.find(row);
  if (kept == kept_.end()) {
    base_.make(spec_.kind, row, out);
  } else {
    out = kept->second;
  }
  out[kId] = id(row);
  out[kCreatedDate] = created(row);
  out[kSystemModstamp] = changed(row);
  out[kIsDeleted] = deleted(row);
}

Value Table::get(RowNumber row, std::size_t field) const {
  const auto kept = kept_.find(row);
  if (kept != kept_.end() && field >= kSystemFields) return kept->second[field];
  Row all;
  read(row, all);
  return std::move(all[field]);
}

Row& Table::edit(RowNumber row) {
  const auto [place, added] = kept_.try_emplace(row);
  if (added) base_.make(spec_.kind, row, place->second);
  return place->second;
}

RowNumber Table::add(Row values, Instant created) {
  const RowNumber row = size();
  created_.push_back(seconds_of(created));
  changed_.push_back(seconds_of(created));
  deleted_.push_back(false);
  kept_.emplace(row, std::move(values));
  return row;
}

}  // namespace plumbline::sandbox
