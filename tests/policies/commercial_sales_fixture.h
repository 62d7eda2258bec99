// The pack of the Commercial Sales handbook on a few records, for the tests of it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/judge.h"
#include "policies/shipped_packs.h"
#include "tests/policies/small_table.h"

namespace plumbline {

inline std::shared_ptr<const Pack> load(const PackText& text, Diagnostics& diagnostics) {
  auto loaded = load_pack(text, diagnostics);
  return loaded ? std::make_shared<const Pack>(std::move(*loaded)) : nullptr;
}

class CommercialSalesTest : public testing::Test {
 protected:
  CommercialSalesTest() : text_(shipped_pack("commercial-sales").value_or(PackText{})) {
    pack_ = load(text_, diagnostics_);
  }
  void SetUp() override { ASSERT_TRUE(pack_) << render_all(diagnostics_, text_.text); }

  PackText text_;
  Diagnostics diagnostics_{};
  std::shared_ptr<const Pack> pack_{};
  Schema schema_ = Schema::standard();
};

// Records of one object, each with a cell for every field.
struct Rows {
  std::string_view object;
  std::vector<std::string> fields;
  TableRows rows;
};

// A pack, or one policy of it, over a few records. Objects that are not named are not in the data.
class Judged {
 public:
  Judged(const std::shared_ptr<const Pack>& pack, const std::vector<Rows>& data, std::string_view policy = {})
      : schema_(std::make_shared<const Schema>(Schema::standard())) {
    Diagnostics diagnostics;
    bound_ = bind_pack(pack, *schema_, {}, diagnostics,
                       [&](const Policy& each) { return policy.empty() || each.id == policy; });
    EXPECT_FALSE(diagnostics.has_errors()) << render_all(diagnostics, "");
    std::vector<std::unique_ptr<Table>> tables(schema_->object_count());
    for (const Rows& rows : data) {
      tables[*schema_->find_object(rows.object)] = small_table(*schema_, rows.object, rows.fields, rows.rows);
    }
    snapshot_ = Snapshot::build(schema_, std::move(tables), bound_.needs);
  }

  std::vector<Verdict> at(Instant as_of) {
    std::vector<Verdict> verdicts;
    summary_ = judge({&bound_}, *snapshot_, {.now = as_of}, [&](const Verdict& verdict) {
      verdicts.push_back(verdict);
      return SinkAnswer::kMore;
    });
    return verdicts;
  }
  std::vector<Verdict> at(std::string_view as_of) { return at(*parse_instant(as_of)); }

  // The ids of the records found at that moment, each as often as it was found.
  std::multiset<std::string> found_at(Instant as_of) {
    std::multiset<std::string> ids;
    for (const Verdict& verdict : at(as_of)) ids.insert(verdict.record_id);
    return ids;
  }

  // Of the moment judged last.
  const JudgeSummary& summary() const { return summary_; }

 private:
  std::shared_ptr<const Schema> schema_;
  BoundPack bound_{};
  std::shared_ptr<const Snapshot> snapshot_{};
  JudgeSummary summary_{};
};

inline std::vector<Verdict> verdicts_of(const std::shared_ptr<const Pack>& pack, std::string_view as_of,
                                        const std::vector<Rows>& data) {
  return Judged(pack, data).at(as_of);
}

inline std::vector<Verdict> of_policy(const std::vector<Verdict>& verdicts, std::string_view policy) {
  std::vector<Verdict> found;
  std::ranges::copy_if(verdicts, std::back_inserter(found),
                       [&](const Verdict& verdict) { return verdict.policy == policy; });
  return found;
}

inline std::string evidence_text(const Verdict& verdict, std::string_view name) {
  const auto found = std::ranges::find(verdict.evidence, name, &EvidenceItem::name);
  if (found == verdict.evidence.end()) return "(not there)";
  const auto* text = std::get_if<std::string>(&found->value);
  return text != nullptr ? *text : "(no text)";
}

inline std::string id_of(std::string_view prefix, int number) {
  return fmt::format("{}{:012}", prefix, number);
}

}  // namespace plumbline
