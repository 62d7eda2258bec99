// Verdicts kept until all are known, to be told in groups: numbers, and each text once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "daemon/cli/text_store.h"
#include "daemon/cli/verdict_writer.h"

namespace plumbline {

// Some rows' verdicts on their way into KeptVerdicts. Its buffers are kept when it is emptied.
class KeptBatch : public VerdictBatch {
 public:
  void add(const VerdictView& verdict) override;
  void arrange(std::span<const std::uint32_t> order) override;

  std::size_t size() const { return rows_.size(); }
  // Without evidence and moment, which the table does not show. Good until the batch is changed.
  VerdictView verdict(std::size_t index) const;
  void clear();

 private:
  struct Row {
    std::size_t begin = 0;                   // of its texts, which follow one another
    std::array<std::uint32_t, 7> lengths{};  // in the order of texts_of
    std::uint32_t policy = 0;
    VerdictStatus status = VerdictStatus::kViolated;
  };

  std::string texts_;
  std::vector<Row> rows_;
  std::vector<Row> spare_;
  std::size_t arranged_ = 0;  // so many stand in their order
};

struct KeptRow {
  std::uint32_t record = 0;   // index into KeptVerdicts::records
  std::uint32_t policy = 0;   // index into the policies' facts
  std::uint32_t message = 0;  // KeptVerdicts::text; why unknown, of an unknown one
  std::uint32_t remedy = 0;
  VerdictStatus status = VerdictStatus::kViolated;
};

// A record within a group. Records without an id cannot be told apart; each verdict has its own.
struct KeptRecord {
  std::uint32_t group = 0;
  std::uint32_t policy = 0;  // one of those it has verdicts of, for its object
  std::uint32_t id = 0;      // KeptVerdicts::id
  std::uint32_t name = 0;    // KeptVerdicts::text
  std::uint32_t owner_id = 0;
  std::uint32_t owner_name = 0;
  std::uint32_t next_of_id = 0;  // another record with this id, or kNoRow
};

// Owners (by id), or policies. Numbered in the order they come.
struct KeptGroup {
  std::uint32_t first_record = 0;
  std::uint32_t policy = 0;  // of the first verdict
};

// One thread.
class KeptVerdicts {
 public:
  explicit KeptVerdicts(TableOptions::GroupBy group_by) : group_by_(group_by) {}

  // Before the first verdict. Copies the facts: verdicts are told when the run, and what it was given, is
  // over.
  void begin(std::span<const PolicyFacts> policies);
  void add(const VerdictView& verdict);

  const PolicyFacts& facts(std::uint32_t policy) const { return policies_[policy]; }
  const std::vector<KeptRow>& rows() const { return rows_; }  // as they came
  const std::vector<KeptRecord>& records() const { return records_; }
  const std::vector<KeptGroup>& groups() const { return groups_; }
  std::string_view text(std::uint32_t number) const { return texts_.text(number); }
  std::string_view id(std::uint32_t number) const { return ids_.text(number); }
  std::string_view owner_id(std::uint32_t number) const { return owner_ids_.text(number); }

  // Pairs of object and id, whatever groups they are in.
  std::size_t distinct_records() const { return distinct_records_; }
  // Those with an id.
  std::size_t distinct_owners() const { return distinct_owners_; }

 private:
  std::uint32_t group_of(const VerdictView& verdict, std::uint32_t owner);
  std::uint32_t record_of(const VerdictView& verdict, std::uint32_t group, std::uint32_t owner);
  std::uint32_t add_record(const VerdictView& verdict, std::uint32_t group, std::uint32_t owner);

  TableOptions::GroupBy group_by_;
  std::vector<PolicyFacts> policies_;
  std::vector<KeptRow> rows_;
  std::vector<KeptRecord> records_;
  std::vector<KeptGroup> groups_;
  TextStore texts_;
  TextStore ids_;
  std::vector<std::uint32_t> record_of_id_;  // the last of each id, the way to the others; kNoRow for none
  TextStore owner_ids_;
  std::map<std::string, std::uint32_t> group_of_policy_;
  std::set<std::string_view> objects_without_ids_;
  std::size_t distinct_records_ = 0;
  std::size_t distinct_owners_ = 0;
};

}  // namespace plumbline
