// The tables of the HTML page that tell of verdicts: owners, policies, violations, and where the data does
// not tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/html_page.h"

namespace plumbline {

// Owners are open, the worst first, until so many violations are in sight.
inline constexpr std::size_t kOpenRows = 100;

// High, Medium, Low
std::string_view severity_word(Severity severity);
// What people call a policy; its id where it has no title.
std::string_view policy_title(std::string_view title, std::string_view id);
// "There is no Task data"
std::string sentence(std::string_view text);

// Lives for one page.
class HtmlRows {
 public:
  HtmlRows(TextOutput& out, const HtmlPageContents& contents);

  // Indexes into HtmlFindings::policies, the worst first.
  const std::vector<std::uint32_t>& violated_policies() const { return violated_policies_; }

  // Records of which the policy could not tell, whether handed on or only counted.
  std::uint64_t unknown_of(const FoundPolicy& policy) const;
  bool has_links() const { return links_.before_id({}).starts_with(kLinkStart); }

  void write_owner_table();
  void write_policy_table();
  void write_violations();
  void write_unknown_table();
  void write_unknown_rows();

 private:
  // Whatever the base of links may be, nothing else is to be followed from a page.
  static constexpr std::string_view kLinkStart = "https://";

  const FoundPolicy& policy_of(const FoundRow& row) const { return findings_.policies()[row.policy]; }
  const PolicyCount* count_of(const FoundPolicy& policy) const;
  std::string owner_name(std::uint32_t owner) const;
  std::string record_cell(const FoundRow& row) const;
  std::string bar(const Tally& tally, std::uint32_t most) const;
  void write_owner(std::uint32_t owner);
  void write_row(const FoundRow& row);

  TextOutput& out_;
  const HtmlFindings& findings_;
  const RecordLinks& links_;
  const AuditFacts* facts_;
  std::vector<std::uint32_t> violated_policies_;
};

}  // namespace plumbline
