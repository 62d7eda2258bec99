// A query whose names have been looked up, and which records it finds. Null operands make a comparison false,
// but for !=, NOT IN and EXCLUDES; NOT turns that around: two values, as SOQL has it.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sandbox/salesforce/soql.h"
#include "sandbox/salesforce/visibility.h"
#include "sandbox/world/world.h"

namespace plumbline::sandbox {

// A field, or one of a parent's: the references on the way, and what is read at their end.
struct FieldPath {
  struct Hop {
    ObjectKind object;  // whose field it is
    std::size_t field;
  };
  std::vector<Hop> hops;  // at least one; all but the last are references
  std::string name;       // Owner.Name, spelled as the schema does

  const Field& field() const { return spec_of(hops.back().object).fields[hops.back().field]; }
};

// One record, read as far as it is asked about. Refers to a world that must not change meanwhile.
class RecordView {
 public:
  RecordView(const World& world, ObjectKind object)
      : world_(world), table_(world.table(object)), object_(object) {}

  void look_at(RowNumber row) {
    row_ = row;
    read_ = false;
  }
  RowNumber row() const { return row_; }
  // Null also where a reference on the way is empty or leads nowhere.
  Value value(const FieldPath& path);
  Value own_value(std::size_t field);

 private:
  const Row& fields();

  const World& world_;
  const Table& table_;
  ObjectKind object_;
  RowNumber row_ = 0;
  bool read_ = false;
  Row fields_;
};

struct BoundCondition {
  Condition::Kind kind = Condition::Kind::kCompare;
  std::vector<BoundCondition> parts{};
  FieldPath path{};
  Operator op = Operator::kEqual;
  Value value{};      // texts in lower case, ids cut to what identifies
  Value range_end{};  // of a date literal: the first day or moment behind it
  bool is_range = false;
  std::vector<std::string> texts{};          // of INCLUDES and EXCLUDES
  std::unordered_set<std::string> listed{};  // of IN and NOT IN: the values' texts

  bool holds(RecordView& record) const;

 private:
  bool compares(const Value& found) const;
};

struct BoundQuery {
  ObjectKind object = ObjectKind::kOpportunity;
  std::vector<FieldPath> select{};
  bool count = false;
  std::optional<BoundCondition> where{};
  std::vector<std::pair<FieldPath, SortKey>> order{};
  std::optional<std::size_t> limit{};
  std::size_t offset = 0;
};

// INVALID_TYPE and INVALID_FIELD for what the user does not see, and for values of another type than their
// field's. Date literals mean the days around `now` in UTC, the integration user's time zone.
Answer<BoundQuery> bind_soql(const Soql& query, const Visibility& visibility, Instant now);

enum class Deleted : std::uint8_t { kLeftOut, kIncluded };

// In the order asked for, else in that of creation. Purged records are never among them.
std::vector<RowNumber> find_records(const World& world, const BoundQuery& query, Deleted deleted);

}  // namespace plumbline::sandbox
