// The handful of records an example speaks of: the one judged, those its paths and relationships lead to, its
// changes. Used by examples.cpp alone.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "policies/pack.h"
#include "records/snapshot.h"

namespace plumbline {

class ExampleWorld {
 public:
  // Makes the records; what is wrong with them goes to `diagnostics` (PB160 to PB164). `schema` must outlive
  // the world.
  ExampleWorld(const Schema& schema, std::size_t object, const Example& example, Diagnostics& diagnostics);

  bool sound() const { return sound_; }
  // The id of the record judged.
  std::string_view subject_id() const;
  // The records as data. Every object in `needs` is there, if empty, and every field has a column, but what
  // the example calls absent; every field whose history is needed counts as tracked.
  std::shared_ptr<const Snapshot> build(std::shared_ptr<const Schema> schema, const DataNeeds& needs) const;

 private:
  using RowNumber = std::size_t;
  struct Row {
    std::size_t object = 0;
    std::map<std::size_t, std::optional<std::string>> cells{};  // by field; null where empty
  };
  using Steps = std::span<const std::string>;

  void add_related(const Example& example);
  void add_related_rows(const std::string& path, const std::vector<ExampleRow>& rows,
                        const SourceSpan& where);
  std::optional<std::size_t> find_free_object(std::string_view name) const;
  void add_history(const Example& example);
  void add_change(const ExampleRow& cells, std::size_t history, std::size_t history_field,
                  const SourceSpan& where);
  void check_changed_field(const ExampleCell& cell);
  void add_absent(const std::string& name, const SourceSpan& where);
  bool find_absent(Steps steps, std::size_t object);
  std::optional<std::size_t> next_object(std::size_t object, std::string_view step) const;
  void give_zone(const std::string& zone);

  enum class Depth : std::uint8_t { kOwnFields, kPaths };
  void fill(RowNumber row, const ExampleRow& cells, Depth depth);
  void set(RowNumber row, std::string_view field, const ExampleCell& cell);
  void set_id(RowNumber row, std::size_t field, const std::string& id);
  std::optional<RowNumber> follow(RowNumber from, const std::string& step, const SourceSpan& where);
  std::optional<RowNumber> follow_lookup(RowNumber from, std::size_t field, const SourceSpan& where);
  std::optional<RowNumber> walk(RowNumber from, Steps steps, const SourceSpan& where);
  RowNumber make_row(std::size_t object);
  void connect(RowNumber child, RowNumber parent, const Relationship& relationship);
  const std::string* text_of(RowNumber row, std::string_view field) const;
  std::optional<RowNumber> find_row(std::size_t object, std::string_view id) const;
  const ObjectSchema& object_of(RowNumber row) const { return schema_.object(rows_[row].object); }
  std::unique_ptr<Table> table(std::size_t object, std::span<const Row* const> rows) const;
  void fault(std::string code, const SourceSpan& where, std::string message);

  const Schema& schema_;
  Diagnostics& diagnostics_;
  std::vector<Row> rows_;                                            // the record judged first
  std::map<std::pair<RowNumber, std::size_t>, RowNumber> one_rows_;  // rows made for one-row relationships
  std::set<std::size_t> absent_objects_;
  std::set<std::pair<std::size_t, std::size_t>> absent_fields_;
  bool sound_ = true;
};

// The steps of Account.Owner.Name.
std::vector<std::string> steps_of(std::string_view path);

}  // namespace plumbline
