// What the HTML page tells of a run's verdicts: tallies of all of them, and as many of the worst as it shows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemon/cli/tally.h"
#include "daemon/cli/text_store.h"
#include "daemon/cli/verdict_writer.h"

namespace plumbline {

// A longer text is cut: nobody reads on, and a record may hold megabytes.
inline constexpr std::size_t kMostTextBytes = 4'000;

struct FoundRow {
  std::uint32_t policy = 0;  // index into HtmlFindings::policies
  std::string record_id{};
  std::string record_name{};
  std::string message{};  // why unknown, of an unknown one
  std::string remedy{};
};

// Rows of one kind (severity, or unknown), of which each owner gets a fair share of a number that is not
// exceeded: an owner with fewer than the others has all of them shown. The first of an owner's rows count.
//
// Whatever is added, it keeps no more than twice (that number, and a row for each owner).
class FairRows {
 public:
  explicit FairRows(std::size_t most) : most_(most), most_each_(most) {}

  // Whether a row of that owner may still be among those shown.
  bool wants(std::size_t owner) const { return owner >= rows_.size() || rows_[owner].size() < most_each_; }
  void add(std::size_t owner, FoundRow row);

  // Leaves `most` rows at most, of the owners named alone; where not all get one row more than the others,
  // the first do. Returns how many there are.
  std::size_t settle(std::size_t most, std::span<const std::uint32_t> owners);
  std::span<const FoundRow> of(std::size_t owner) const;

 private:
  std::size_t share(std::size_t most) const;
  void cut(std::size_t owner, std::size_t most);

  std::size_t most_;
  std::size_t most_each_;
  std::size_t kept_ = 0;
  std::vector<std::vector<FoundRow>> rows_;  // by owner
};

struct FoundOwner {
  std::string id;
  std::string name;
  Tally tally{};
  std::uint64_t records = 0;  // with violations
};

struct FoundPolicy {
  PolicyFacts facts;
  Tally tally{};
  std::string first_reason{};  // of the first verdict handed on that is unknown
};

// One thread. begin(), add() for each verdict in the order of VerdictSink, settle(), and then the rest.
class HtmlFindings {
 public:
  explicit HtmlFindings(const HtmlOptions& options);

  void begin(std::span<const PolicyFacts> policies);
  void add(const VerdictView& verdict);
  void settle();

  const Tally& tally() const { return tally_; }
  std::uint64_t records() const { return records_; }  // with violations
  const FoundOwner& owner(std::uint32_t number) const { return owners_[number]; }
  // Owners of violations, most high ones first, then most of all; HtmlOptions::most_owners of them.
  std::span<const std::uint32_t> worst_owners() const { return worst_owners_; }
  std::size_t owners_with_violations() const { return owners_with_violations_; }
  // Owners of unknown verdicts, in the order they came; as many at most.
  std::span<const std::uint32_t> unknown_owners() const { return unknown_owners_; }
  // Those of one id in one pack are one.
  const std::vector<FoundPolicy>& policies() const { return policies_; }

  std::size_t shown_violations() const { return shown_violations_; }
  std::size_t shown_unknown() const { return shown_unknown_; }
  std::span<const FoundRow> rows(std::uint32_t owner, Severity severity) const;
  std::span<const FoundRow> unknown_rows(std::uint32_t owner) const { return unknown_rows_.of(owner); }

 private:
  std::uint32_t owner_of(const VerdictView& verdict);
  void count_record(const VerdictView& verdict, std::uint32_t policy, FoundOwner& owner);

  HtmlOptions options_;
  std::vector<FoundPolicy> policies_;
  std::vector<std::uint32_t> policy_of_;  // by the verdicts' numbers
  TextStore owner_ids_;
  std::vector<FoundOwner> owners_;
  std::vector<std::uint32_t> worst_owners_;
  std::vector<std::uint32_t> unknown_owners_;
  std::array<FairRows, 3> rows_;  // by the Severity's number
  FairRows unknown_rows_;
  Tally tally_;
  std::uint64_t records_ = 0;
  std::size_t owners_with_violations_ = 0;
  std::size_t shown_violations_ = 0;
  std::size_t shown_unknown_ = 0;
  // The record of the verdict before: a record's verdicts follow one another.
  bool any_record_ = false;
  std::string last_object_;
  std::string last_id_;
  std::string last_name_;
};

}  // namespace plumbline
