// The records of a test case as data, looked up in the schema and checked.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "policies/test_file.h"
#include "records/rows.h"
#include "records/snapshot.h"

namespace plumbline {

class CaseWorld {
 public:
  // What is wrong with the tables goes to `diagnostics` (PB161, PB191, PB192, PB194). `schema` and `test`
  // must outlive the world.
  CaseWorld(const Schema& schema, const TestCase& test, Diagnostics& diagnostics);

  // Just the objects and columns that were written: what is absent is not in the data. Not for a world that
  // has faults.
  std::shared_ptr<const Snapshot> build(std::shared_ptr<const Schema> schema, const DataNeeds& needs) const;
  // Of the object's records; empty where it has no table.
  const std::vector<std::string>& ids(std::size_t object) const { return ids_[object]; }

 private:
  struct Part {
    std::size_t object = 0;
    std::vector<std::size_t> fields;
    std::vector<RawCell> cells;  // row after row; views into the case or made_ids_
  };

  void add(const TestTable& table);
  bool read_columns(const TestTable& table, Part& part);
  RawCell read(const TestCell& cell, const FieldSchema& field);
  void check_changed_field(const ObjectSchema& history, const FieldSchema& field, const TestCell& cell);
  void note_id(std::size_t object, const TestCell& cell);
  void fault(std::string code, const SourceSpan& where, std::string message);

  const Schema& schema_;
  Diagnostics& diagnostics_;
  std::vector<Part> parts_;
  std::deque<std::string> made_ids_;
  std::vector<std::vector<std::string>> ids_;  // by object
};

}  // namespace plumbline
