// What is worth telling about data that was read, without being a fault: one sentence each. Inner to load and
// read_rows.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/schema.h"
#include "records/table.h"

namespace plumbline {

struct DataFile;

// Records whose owner is not among the users: queues told apart from others.
class OwnerMisses {
 public:
  void add(std::string_view id, std::string_view owner);
  // Those of records that come later in the data.
  void add(const OwnerMisses& later);
  // A record that was added, and is none any more: a later one replaces it.
  void remove(std::string_view id, std::string_view owner);
  bool any() const { return queues_.records + others_.records > 0; }
  void note(std::string_view object, std::vector<std::string>& notices) const;

 private:
  struct Kind {
    std::size_t records = 0;
    std::vector<std::string> examples;  // the first few, as one of them may be removed
  };
  Kind& kind_of(std::string_view owner);

  Kind queues_;
  Kind others_;
};

// `tables` by object index, null where the object is not in the data; `missed_owners` likewise, of records
// whose owners are in no table.
// Owners who are not in User (only where there is a User table), circles of managers and of parent accounts.
std::vector<std::string> notices_of(const Schema& schema, std::span<const std::unique_ptr<Table>> tables,
                                    std::span<const OwnerMisses> missed_owners);

// That a file has no rows, or had NUL bytes.
void note_file(const DataFile& file, std::uint64_t rows, std::uint64_t nul_bytes,
               std::vector<std::string>& notices);

}  // namespace plumbline
