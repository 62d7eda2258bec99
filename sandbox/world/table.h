// The records of one object: told by BaseRecords until somebody changes them, kept from then on. A record
// costs 9 bytes until then. For one thread.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "sandbox/world/base_records.h"

namespace plumbline::sandbox {

class Table {
 public:
  // `base` must outlive the table.
  Table(const BaseRecords& base, ObjectKind object);

  const ObjectSpec& spec() const { return spec_; }
  RowNumber size() const { return static_cast<RowNumber>(created_.size()); }
  std::string id(RowNumber row) const { return record_id(spec_.prefix, row); }
  std::optional<RowNumber> find(std::string_view id) const;

  Instant created(RowNumber row) const { return at(created_[row]); }
  Instant changed(RowNumber row) const { return at(changed_[row]); }  // SystemModstamp
  bool deleted(RowNumber row) const { return deleted_[row]; }

  // Every field but the calculated ones.
  void read(RowNumber row, Row& out) const;
  Value get(RowNumber row, std::size_t field) const;

  // To be changed in place; system fields among them have no effect but LastModified*. Valid until the next
  // record is edited or added.
  Row& edit(RowNumber row);
  // Takes the fields beyond the system's and LastModified* and CreatedBy from `values`.
  RowNumber add(Row values, Instant created);
  void set_changed(RowNumber row, Instant instant) { changed_[row] = seconds_of(instant); }
  void set_deleted(RowNumber row, bool deleted) { deleted_[row] = deleted; }

  std::size_t kept_rows() const { return kept_.size(); }

 private:
  static Instant at(std::uint32_t seconds) { return Instant{std::chrono::seconds(seconds)}; }
  static std::uint32_t seconds_of(Instant instant) {
    return static_cast<std::uint32_t>(instant.time_since_epoch().count());
  }

  const BaseRecords& base_;
  const ObjectSpec& spec_;
  std::vector<std::uint32_t> created_;  // seconds since 1970
  std::vector<std::uint32_t> changed_;
  std::vector<bool> deleted_;
  std::unordered_map<RowNumber, Row> kept_;
};

}  // namespace plumbline::sandbox
