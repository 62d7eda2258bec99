// The record somebody means: by its id, an organisation's own key, or its name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "records/snapshot.h"

namespace plumbline {

struct RecordPlace {
  std::size_t object = 0;
  RowIndex row = kNoRow;
};

struct RecordSearch {
  std::vector<RecordPlace> found{};  // by id: at most one an object; by name: all of that name
  // Where none was found:
  std::uint64_t looked_at = 0;         // records
  std::vector<std::string> nearest{};  // names like it
  std::string deleted_object{};        // there is such an id, but the record is in the recycle bin
};

inline constexpr std::size_t kNearestRecords = 5;

// Looks at every visible record of the snapshot's tables. An id that is found ends the search: names are not
// looked at. Names compare without regard to case and outer blanks.
RecordSearch find_record(const Snapshot& snapshot, std::string_view wanted);

// Of a record; empty where there is none.
std::string name_of_record(const Snapshot& snapshot, const RecordPlace& place);
std::string id_of_record(const Snapshot& snapshot, const RecordPlace& place);

}  // namespace plumbline
