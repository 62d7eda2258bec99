#include "daemon/cli/html_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "daemon/cli/html_text.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::array kWorstFirst = {Severity::kHigh, Severity::kMedium, Severity::kLow};

// s3 for high: the classes and numbers by which the style sheet and the script know severities.
int rank_of(Severity severity) { return static_cast<int>(severity) + 1; }

std::string severity_tag(Severity severity) {
  return fmt::format("<span class=\"tag s{}\">{}</span>", rank_of(severity), severity_word(severity));
}

std::string number_cell(std::uint64_t number) {
  return fmt::format("<td class=\"n{}\">{}</td>", number == 0 ? " zero" : "", with_commas(number));
}

// <th scope="col"> of a column that can be sorted by.
std::string head(std::string_view text, std::string_view sort, std::string_view classes = {}) {
  return fmt::format("<th scope=\"col\" data-sort=\"{}\"{}>{}</th>", sort,
                     classes.empty() ? "" : fmt::format(" class=\"{}\"", classes), text);
}
std::string number_head(std::string_view text) { return head(text, "number", "n"); }

// Narrow screens show rows as cards, and some browsers forget then that it is a table: the roles say so.
std::string rows_head(std::string_view caption, std::string_view heads) {
  return fmt::format(
      "<table class=\"rows\" role=\"table\">\n<caption class=\"vh\">{}</caption>\n"
      "<thead role=\"rowgroup\"><tr role=\"row\">{}</tr></thead>\n<tbody role=\"rowgroup\">\n",
      caption, heads);
}

constexpr std::string_view kViolationHeads =
    "<th scope=\"col\" role=\"columnheader\" class=\"c1\" data-sort=\"severity\">Severity</th>"
    "<th scope=\"col\" role=\"columnheader\" class=\"c2\" data-sort=\"text\">Record</th>"
    "<th scope=\"col\" role=\"columnheader\" data-sort=\"text\">What is wrong, and what to do</th>"
    "<th scope=\"col\" role=\"columnheader\" class=\"c4\" data-sort=\"text\">Policy</th>";
constexpr std::string_view kUnknownHeads =
    "<th scope=\"col\" role=\"columnheader\" class=\"c2\" data-sort=\"text\">Record</th>"
    "<th scope=\"col\" role=\"columnheader\" data-sort=\"text\">Owner</th>"
    "<th scope=\"col\" role=\"columnheader\" data-sort=\"text\">Why it cannot be told</th>"
    "<th scope=\"col\" role=\"columnheader\" class=\"c4\" data-sort=\"text\">Policy</th>";

}  // namespace

std::string_view severity_word(Severity severity) {
  switch (severity) {
    case Severity::kHigh:
      return "High";
    case Severity::kMedium:
      return "Medium";
    case Severity::kLow:
      return "Low";
  }
  return "";
}

std::string_view policy_title(std::string_view title, std::string_view id) {
  return title.empty() ? id : title;
}

std::string sentence(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out;
}

HtmlRows::HtmlRows(TextOutput& out, const HtmlPageContents& contents)
    : out_(out), findings_(contents.findings), links_(contents.links), facts_(contents.facts) {
  const std::vector<FoundPolicy>& policies = findings_.policies();
  for (std::uint32_t i = 0; i < policies.size(); ++i) {
    if (policies[i].tally.violations() > 0) violated_policies_.push_back(i);
  }
  const auto rank = [&](std::uint32_t number) {
    const FoundPolicy& policy = policies[number];
    return std::tuple(-rank_of(policy.facts.severity), ~policy.tally.violations(), number);
  };
  std::ranges::sort(violated_policies_, [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
}

const PolicyCount* HtmlRows::count_of(const FoundPolicy& policy) const {
  if (facts_ == nullptr) return nullptr;
  const auto is_it = [&](const PolicyCount& count) {
    return count.pack == policy.facts.pack && count.policy == policy.facts.policy;
  };
  const auto found = std::ranges::find_if(facts_->judged.policies, is_it);
  return found == facts_->judged.policies.end() ? nullptr : &*found;
}

std::uint64_t HtmlRows::unknown_of(const FoundPolicy& policy) const {
  const PolicyCount* const count = count_of(policy);
  return count == nullptr ? policy.tally.unknown : count->unknown;
}

std::string HtmlRows::owner_name(std::uint32_t number) const {
  const FoundOwner& owner = findings_.owner(number);
  return fmt::format("<bdi>{}</bdi>", html_text(owner_title(owner.name, owner.id)));
}

std::string HtmlRows::record_cell(const FoundRow& row) const {
  const std::string& object = policy_of(row).facts.object;
  const std::string name =
      fmt::format("<bdi>{}</bdi>", html_text(record_title(object, row.record_name, row.record_id)));
  const std::optional<std::string> link = links_.link(object, row.record_id);
  if (!link || !link->starts_with(kLinkStart)) return name;
  return fmt::format("<a href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">{}</a>", html_text(*link),
                     name);
}

// How many of each severity, drawn; the numbers stand beside it.
std::string HtmlRows::bar(const Tally& tally, std::uint32_t most) const {
  std::string parts;
  double at = 0;
  for (const Severity severity : kWorstFirst) {
    const double width = 100.0 * tally.of(severity) / std::max(most, 1U);
    if (width > 0) {
      parts += fmt::format("<rect class=\"s{}\" x=\"{:.2f}\" width=\"{:.2f}\" height=\"6\"/>",
                           rank_of(severity), at, width);
    }
    at += width;
  }
  return fmt::format(
      "<svg class=\"bar\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{}</svg>",
      parts);
}

void HtmlRows::write_owner_table() {
  const std::span<const std::uint32_t> owners = findings_.worst_owners();
  std::uint32_t most = 0;
  for (const std::uint32_t number : owners) most = std::max(most, findings_.owner(number).tally.violations());
  out_.write(
      "<table class=\"sums owners\">\n<caption>Violations by owner and severity, those with most high ones "
      "first</caption>\n<thead><tr>" +
      head("Owner", "text") + number_head("High") + number_head("Medium") + number_head("Low") +
      number_head("All") + head("Records", "number", "n spare") +
      "<td class=\"bar-cell\"></td></tr></thead>\n<tbody>\n");
  for (std::size_t i = 0; i < owners.size() && !out_.failed(); ++i) {
    const FoundOwner& owner = findings_.owner(owners[i]);
    out_.write(
        fmt::format("<tr><th scope=\"row\"><a href=\"#owner-{}\">{}</a></th>", i + 1, owner_name(owners[i])));
    for (const Severity severity : kWorstFirst) out_.write(number_cell(owner.tally.of(severity)));
    out_.write(number_cell(owner.tally.violations()));
    out_.write(fmt::format("<td class=\"n spare\">{}</td><td class=\"bar-cell\">{}</td></tr>\n",
                           with_commas(owner.records), bar(owner.tally, most)));
  }
  out_.write("</tbody>\n<tfoot><tr><th scope=\"row\">All owners</th>");
  for (const Severity severity : kWorstFirst) out_.write(number_cell(findings_.tally().of(severity)));
  out_.write(number_cell(findings_.tally().violations()));
  out_.write(fmt::format("<td class=\"n spare\">{}</td><td class=\"bar-cell\"></td></tr></tfoot>\n</table>\n",
                         with_commas(findings_.records())));
  if (const std::size_t more = findings_.owners_with_violations() - owners.size(); more > 0) {
    out_.write(
        fmt::format("<p class=\"note\">{} more, not listed here, are in the totals and in the result of "
                    "<code>--format csv</code>.</p>\n",
                    counted(more, "owner", "owners")));
  }
}

void HtmlRows::write_policy_table() {
  out_.write(
      "<table class=\"sums policies\">\n<caption>Violations by policy, high severity "
      "first</caption>\n<thead><tr>" +
      head("Policy", "text", "p") + head("Severity", "severity", "s") + number_head("Violations") +
      head("Records judged", "number", "n spare") + "</tr></thead>\n<tbody>\n");
  for (const std::uint32_t number : violated_policies_) {
    const FoundPolicy& policy = findings_.policies()[number];
    const PolicyCount* const count = count_of(policy);
    const std::string source = policy.facts.source.empty() ? ""
                                                           : fmt::format(" <span class=\"src\">{}</span>",
                                                                         html_text(policy.facts.source));
    out_.write(
        fmt::format("<tr data-s=\"{}\"><th scope=\"row\"><div class=\"two\"><a href=\"#violations\" "
                    "data-p=\"{}\">{}</a>{}</div>"
                    "</th><td>{}</td>"
                    "<td class=\"n\">{}</td><td class=\"n spare\">{}</td></tr>\n",
                    rank_of(policy.facts.severity), number,
                    html_text(policy_title(policy.facts.title, policy.facts.policy)), source,
                    severity_tag(policy.facts.severity), with_commas(policy.tally.violations()),
                    count == nullptr ? "" : with_commas(count->judged)));
  }
  out_.write("</tbody>\n</table>\n");
}

void HtmlRows::write_violations() {
  const std::span<const std::uint32_t> owners = findings_.worst_owners();
  std::size_t in_sight = 0;
  for (std::size_t i = 0; i < owners.size() && !out_.failed(); ++i) {
    const bool open = in_sight < kOpenRows;
    for (const Severity severity : kWorstFirst) in_sight += findings_.rows(owners[i], severity).size();
    out_.write(fmt::format("<details class=\"owner\" id=\"owner-{}\"{}>\n", i + 1, open ? " open" : ""));
    write_owner(owners[i]);
    out_.write("</details>\n");
  }
}

void HtmlRows::write_owner(std::uint32_t number) {
  const FoundOwner& owner = findings_.owner(number);
  const std::string name = owner_name(number);
  out_.write(fmt::format("<summary><h3>{}</h3><span class=\"counts\">", name));
  for (const Severity severity : kWorstFirst) {
    if (owner.tally.of(severity) == 0) continue;
    out_.write(fmt::format("<span class=\"tag s{}\">{} {}</span> ", rank_of(severity),
                           with_commas(owner.tally.of(severity)), to_string(severity)));
  }
  out_.write(fmt::format("in {}</span></summary>\n", counted(owner.records, "record", "records")));
  std::size_t shown = 0;
  for (const Severity severity : kWorstFirst) shown += findings_.rows(number, severity).size();
  if (shown > 0) {
    out_.write(rows_head("Violations of " + name, kViolationHeads));
    for (const Severity severity : kWorstFirst) {
      for (const FoundRow& row : findings_.rows(number, severity)) write_row(row);
    }
    out_.write("</tbody>\n</table>\n");
  }
  if (shown < owner.tally.violations()) {
    out_.write(
        fmt::format("<p class=\"more\">{} of {} are shown here; <code>--format csv</code> has all.</p>\n",
                    with_commas(shown), counted(owner.tally.violations(), "violation", "violations")));
  }
}

void HtmlRows::write_row(const FoundRow& row) {
  const PolicyFacts& facts = policy_of(row).facts;
  const std::string fix =
      row.remedy.empty() ? "" : fmt::format("<p class=\"fix\">{}</p>", html_text(row.remedy));
  out_.write(
      fmt::format("<tr role=\"row\" data-s=\"{}\" data-p=\"{}\"><td role=\"cell\">{}</td><th "
                  "role=\"rowheader\" scope=\"row\">{}"
                  "</th><td role=\"cell\" class=\"wide\">{}{}</td><td role=\"cell\">{}</td></tr>\n",
                  rank_of(facts.severity), row.policy, severity_tag(facts.severity), record_cell(row),
                  html_text(row.message), fix, html_text(policy_title(facts.title, facts.policy))));
}

void HtmlRows::write_unknown_table() {
  out_.write("<table class=\"sums\">\n<caption>Unknown, by policy</caption>\n<thead><tr>" +
             head("Policy", "text") + number_head("Records") + head("For example", "text") +
             "</tr></thead>\n<tbody>\n");
  for (const FoundPolicy& policy : findings_.policies()) {
    const std::uint64_t unknown = unknown_of(policy);
    if (unknown == 0) continue;
    const PolicyCount* const count = count_of(policy);
    const std::string& reason = count == nullptr ? policy.first_reason : count->example_reason;
    out_.write(fmt::format("<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td>{}</td></tr>\n",
                           html_text(policy_title(policy.facts.title, policy.facts.policy)),
                           with_commas(unknown), html_text(sentence(reason))));
  }
  out_.write("</tbody>\n</table>\n");
}

void HtmlRows::write_unknown_rows() {
  const std::size_t shown = findings_.shown_unknown();
  const std::size_t all = findings_.tally().unknown;
  out_.write(fmt::format(
      "<details class=\"quiet\"><summary>Which records: {}</summary>\n",
      shown == all ? with_commas(all) : fmt::format("{} of {}", with_commas(shown), with_commas(all))));
  out_.write(rows_head("Records of which the data does not tell", kUnknownHeads));
  for (const std::uint32_t owner : findings_.unknown_owners()) {
    for (const FoundRow& row : findings_.unknown_rows(owner)) {
      out_.write(
          fmt::format("<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">{}</th><td role=\"cell\">{}</td>"
                      "<td role=\"cell\" class=\"wide\">{}</td><td role=\"cell\">{}</td></tr>\n",
                      record_cell(row), owner_name(owner), html_text(sentence(row.message)),
                      html_text(policy_title(policy_of(row).facts.title, policy_of(row).facts.policy))));
    }
  }
  out_.write("</tbody>\n</table>\n");
  if (shown < all) out_.write("<p class=\"more\"><code>--format csv</code> has all.</p>\n");
  out_.write("</details>\n");
}

}  // namespace plumbline
