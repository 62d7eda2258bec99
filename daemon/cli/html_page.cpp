#include "daemon/cli/html_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <tuple>

#include "daemon/cli/html_rows.h"
#include "daemon/cli/html_text.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

// "essentials", "essentials and house-rules"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

void write_list(TextOutput& out, const std::vector<std::string>& lines) {
  out.write("<ul class=\"plain\">\n");
  for (const std::string& line : lines) out.write(fmt::format("<li>{}</li>\n", html_text(line)));
  out.write("</ul>\n");
}

// A section begins with its heading, which names it for whoever cannot see it.
std::string section_start(std::string_view id, std::string_view title) {
  return fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 id=\"{0}-title\">{1}</h2>\n",
                     id, title);
}

// Lives for one page.
class Page {
 public:
  Page(TextOutput& out, const HtmlPageContents& contents)
      : out_(out), findings_(contents.findings), facts_(contents.facts), rows_(out, contents) {}

  void write() {
    std::string_view left = page_html();
    while (!out_.failed()) {
      const std::size_t begin = left.find("{{");
      out_.write(left.substr(0, begin));
      if (begin == std::string_view::npos) return;
      const std::size_t end = left.find("}}", begin);
      fill(left.substr(begin + 2, end - begin - 2));
      left.remove_prefix(end + 2);
    }
  }

 private:
  using Fill = void (Page::*)();
  struct Place {
    std::string_view name;
    Fill fill;
  };
  static constexpr auto places();

  void fill(std::string_view name);

  std::uint64_t violations() const { return findings_.tally().violations(); }
  std::uint64_t unknown() const {
    if (facts_ == nullptr) return findings_.tally().unknown;
    std::uint64_t sum = 0;
    for (const PolicyCount& policy : facts_->judged.policies) sum += policy.unknown;
    return sum;
  }
  bool nothing_was_judged() const { return facts_ != nullptr && facts_->judged.policies.empty(); }
  bool has_not_judged() const { return facts_ != nullptr && !facts_->judged.not_judged.empty(); }

  std::string headline() const {
    if (violations() == 0) return nothing_was_judged() ? "Nothing could be judged" : "Nothing to put right";
    return fmt::format("{} in {}", counted(violations(), "violation", "violations"),
                       counted(findings_.records(), "record", "records"));
  }
  std::string title() const {
    std::string text = headline();
    if (facts_ != nullptr) text += fmt::format(", {}, {}", listed(facts_->packs), facts_->told_moment);
    return text + " - Plumbline audit";
  }

  void write_style_hash() { out_.write(csp_hash(page_css())); }
  void write_script_hash() { out_.write(csp_hash(page_js())); }
  void write_css() { out_.write(page_css()); }
  void write_js() { out_.write(page_js()); }
  void write_title() { out_.write(html_text(title())); }
  void write_headline() { out_.write(html_text(headline())); }
  void write_lede();
  void write_totals();
  void write_contents();
  void write_owners();
  void write_policies();
  void write_clean_policies();
  void write_violations();
  void write_filter();
  void write_unknown();
  void write_not_judged();
  void write_read();
  void write_files();
  void write_rejects();
  void write_packs();

  void add_total(std::string_view mark, std::uint64_t number, std::string_view what) {
    out_.write(fmt::format("<div class=\"{}\"><dt>{}</dt><dd>{}</dd></div>\n", number == 0 ? "none" : mark,
                           what, with_commas(number)));
  }

  TextOutput& out_;
  const HtmlFindings& findings_;
  const AuditFacts* facts_;
  HtmlRows rows_;
};

constexpr auto Page::places() {
  return std::to_array<Place>({
      {"style hash", &Page::write_style_hash},
      {"script hash", &Page::write_script_hash},
      {"css", &Page::write_css},
      {"js", &Page::write_js},
      {"title", &Page::write_title},
      {"headline", &Page::write_headline},
      {"lede", &Page::write_lede},
      {"totals", &Page::write_totals},
      {"contents", &Page::write_contents},
      {"owners", &Page::write_owners},
      {"policies", &Page::write_policies},
      {"violations", &Page::write_violations},
      {"unknown", &Page::write_unknown},
      {"not judged", &Page::write_not_judged},
      {"read", &Page::write_read},
      {"packs", &Page::write_packs},
  });
}

void Page::fill(std::string_view name) {
  static constexpr auto kAll = places();
  const auto* const place = std::ranges::find(kAll, name, &Place::name);
  assert(place != kAll.end());
  (this->*place->fill)();
}

// What was judged, by what, as of when.
void Page::write_lede() {
  if (facts_ == nullptr) return;
  const JudgeSummary& judged = facts_->judged;
  std::vector<std::string> packs;
  for (const std::string& pack : facts_->packs) packs.push_back(fmt::format("<b>{}</b>", html_text(pack)));
  out_.write(fmt::format("{} judged by {} of {}, as of {}.", counted(judged.records, "record", "records"),
                         counted(judged.policies.size(), "policy", "policies"), listed(packs),
                         html_text(facts_->told_moment)));
  if (has_not_judged()) {
    out_.write(
        fmt::format(" {} could not be judged on this data: <a href=\"#not-judged\">what is missing</a>.",
                    counted(judged.not_judged.size(), "policy", "policies")));
  }
}

void Page::write_totals() {
  const Tally& tally = findings_.tally();
  out_.write("<dl class=\"totals\">\n");
  add_total("s3", tally.of(Severity::kHigh), "high severity");
  add_total("s2", tally.of(Severity::kMedium), "medium");
  add_total("s1", tally.of(Severity::kLow), "low");
  add_total(
      "", findings_.records(),
      facts_ == nullptr ? "records" : fmt::format("of {} records", with_commas(facts_->judged.records)));
  add_total("what", findings_.owners_with_violations(),
            findings_.owners_with_violations() == 1 ? "owner" : "owners");
  if (facts_ != nullptr) {
    const std::size_t not_judged = facts_->judged.not_judged.size();
    const std::string rest = not_judged == 0 ? "" : fmt::format(", {} not", with_commas(not_judged));
    add_total("what", facts_->judged.policies.size(), "policies judged" + rest);
  }
  out_.write("</dl>");
}

void Page::write_contents() {
  const auto add = [&](bool there, std::string_view id, std::string_view title) {
    if (there) out_.write(fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, title));
  };
  const bool any = violations() > 0;
  add(any, "owners", "By owner");
  add(any || facts_ != nullptr, "policies", "By policy");
  add(any, "violations", "Every violation");
  add(unknown() > 0, "unknown", "Where the data does not tell");
  add(has_not_judged(), "not-judged", "Not judged");
  add(facts_ != nullptr, "read", "What was read");
}

void Page::write_owners() {
  if (violations() == 0) return;
  out_.write(section_start("owners", "By owner"));
  rows_.write_owner_table();
  out_.write("</section>");
}

void Page::write_policies() {
  if (violations() == 0 && facts_ == nullptr) return;
  out_.write(section_start("policies", "By policy"));
  if (violations() == 0 && nothing_was_judged()) {
    out_.write("<p class=\"note\">No policy could be judged on this data.</p>\n");
  } else if (violations() == 0) {
    out_.write("<p class=\"good\">No violation was found.</p>\n");
  } else {
    rows_.write_policy_table();
  }
  write_clean_policies();
  out_.write("</section>");
}

// They were judged all the same: that is worth knowing. Where they could not tell, it is said.
void Page::write_clean_policies() {
  std::vector<std::string> titles;
  for (const FoundPolicy& policy : findings_.policies()) {
    if (policy.tally.violations() > 0) continue;
    const std::uint64_t unknown = rows_.unknown_of(policy);
    titles.push_back(fmt::format(
        "{}{}", policy_title(policy.facts.title, policy.facts.policy),
        unknown == 0 ? ""
                     : fmt::format(" (and could not tell for {})", counted(unknown, "record", "records"))));
  }
  if (titles.empty()) return;
  out_.write(fmt::format("<details class=\"quiet\"><summary>{} found nothing</summary>\n",
                         counted(titles.size(), "policy", "policies")));
  write_list(out_, titles);
  out_.write("</details>\n");
}

void Page::write_violations() {
  if (violations() == 0) return;
  const std::uint64_t shown = findings_.shown_violations();
  const std::uint64_t more = violations() - shown;
  out_.write(section_start("violations", more == 0 ? "Every violation" : "The worst violations"));
  if (more == 0) {
    out_.write(fmt::format("<p class=\"note\">Owner by owner, the worst first.{}</p>\n",
                           rows_.has_links() ? " A record's name opens it in a new tab." : ""));
  } else {
    out_.write(fmt::format(
        "<p class=\"note\">Here are {} of {} violations: the worst first, and of each owner a fair "
        "share. The totals above count all; the other {} are in the result of <code>--format "
        "csv</code>.</p>\n",
        with_commas(shown), with_commas(violations()), with_commas(more)));
  }
  write_filter();
  rows_.write_violations();
  out_.write("</section>");
}

// Hidden until the script that makes it work has run.
void Page::write_filter() {
  out_.write(
      "<div class=\"filter\" id=\"filter\" role=\"search\" aria-label=\"Filter violations\" hidden>\n"
      "<label class=\"wide\">Find in owner, record, text <input type=\"search\" id=\"filter-text\" "
      "autocomplete=\"off\" spellcheck=\"false\"></label>\n"
      "<label>Severity <select id=\"filter-severity\"><option value=\"\">All</option>");
  for (const Severity severity : {Severity::kHigh, Severity::kMedium, Severity::kLow}) {
    if (findings_.tally().of(severity) > 0) {
      out_.write(fmt::format("<option value=\"{}\">{}</option>", static_cast<int>(severity) + 1,
                             severity_word(severity)));
    }
  }
  out_.write(
      "</select></label>\n"
      "<label class=\"policy\">Policy <select id=\"filter-policy\"><option value=\"\">All</option>\n");
  for (const std::uint32_t number : rows_.violated_policies()) {
    const FoundPolicy& policy = findings_.policies()[number];
    out_.write(fmt::format("<option value=\"{}\">{} ({})</option>\n", number,
                           html_text(policy_title(policy.facts.title, policy.facts.policy)),
                           with_commas(policy.tally.violations())));
  }
  out_.write(
      "</select></label>\n"
      "<button type=\"button\" id=\"clear\">Clear</button>\n"
      "<button type=\"button\" id=\"toggle\">Open all</button>\n"
      "</div>\n<p class=\"status\" id=\"status\" role=\"status\"></p>\n");
}

void Page::write_unknown() {
  if (unknown() == 0) return;
  out_.write(section_start("unknown", "Where the data does not tell"));
  out_.write(
      "<p class=\"note\">Nobody is accused here: a value that decides could not be told, so these are no "
      "violations, and none of the numbers above counts them.</p>\n");
  rows_.write_unknown_table();
  if (findings_.shown_unknown() > 0) {
    rows_.write_unknown_rows();
  } else {
    out_.write(
        "<p class=\"note\">Run the audit with <code>--include-unknown</code> to see which records.</p>\n");
  }
  out_.write("</section>");
}

void Page::write_not_judged() {
  if (!has_not_judged()) return;
  out_.write(section_start("not-judged", "Policies not judged"));
  out_.write(
      "<p class=\"note\">What was exported cannot answer them. They are neither kept nor violated.</p>\n"
      "<table class=\"sums rows\" role=\"table\">\n<caption>Policies not judged, by what is "
      "missing</caption>\n"
      "<thead role=\"rowgroup\"><tr role=\"row\"><th scope=\"col\" role=\"columnheader\" "
      "class=\"c2\">Policies</th>"
      "<th scope=\"col\" role=\"columnheader\">What is missing</th>"
      "<th scope=\"col\" role=\"columnheader\">What would help</th></tr></thead>\n<tbody "
      "role=\"rowgroup\">\n");
  for (const NotJudgedTogether& together : by_reason(facts_->judged.not_judged)) {
    std::string titles;
    for (const NotJudged* policy : together.policies)
      titles += fmt::format("<li>{}</li>", html_text(policy_title(policy->title, policy->policy)));
    out_.write(
        fmt::format("<tr role=\"row\"><th scope=\"row\" role=\"rowheader\" "
                    "class=\"wide\"><ul>{}</ul></th><td role=\"cell\" "
                    "class=\"wide\">{}</td><td role=\"cell\">{}</td></tr>\n",
                    titles, html_text(sentence(together.reason)), html_text(sentence(together.remedy))));
  }
  out_.write("</tbody>\n</table>\n</section>");
}

void Page::write_read() {
  if (facts_ == nullptr) return;
  out_.write(
      "<section id=\"read\" class=\"read\" aria-labelledby=\"read-title\">\n"
      "<h2 id=\"read-title\">What was read</h2>\n");
  write_files();
  if (const std::vector<std::string> files = files_not_read(*facts_); !files.empty()) {
    out_.write("<h3>Files not read</h3>\n");
    write_list(out_, files);
  }
  if (std::vector<std::string> notices = notices_of(*facts_); !notices.empty()) {
    out_.write("<h3>Notices</h3>\n");
    if (notices.size() > kShownNotices) {
      const std::string more = fmt::format("and {} more", with_commas(notices.size() - kShownNotices));
      notices.resize(kShownNotices);
      notices.push_back(more);
    }
    write_list(out_, notices);
  }
  write_rejects();
  out_.write("</section>");
}

void Page::write_files() {
  for (const std::string& fact : facts_->ledger)
    out_.write(fmt::format("<p class=\"note\">{}</p>\n", html_text(sentence(fact))));
  if (facts_->data.counts.empty()) return out_.write("<p class=\"note\">Nothing.</p>\n");
  const bool of_files = facts_->ledger.empty();
  out_.write(fmt::format(
      "<table class=\"sums\">\n<caption>Records by kind{}</caption>\n<thead><tr>"
      "<th scope=\"col\">Records of</th><th scope=\"col\" class=\"n\">Rows</th>{}</tr></thead>\n<tbody>\n",
      of_files ? ", and the files they came from" : "", of_files ? "<th scope=\"col\">Files</th>" : ""));
  for (const LoadCounts& counts : facts_->data.counts) {
    const std::string files =
        of_files ? fmt::format("<td>{}{}</td>", html_text(files_of(facts_->folder, counts.object)),
                               html_text(troubles_of(counts)))
                 : "";
    out_.write(fmt::format("<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td>{}</tr>\n",
                           html_text(counts.object), with_commas(counts.rows), files));
  }
  out_.write("</tbody>\n</table>\n");
}

void Page::write_rejects() {
  const std::uint64_t count = facts_->rejects.count();
  if (count == 0) return;
  out_.write("<h3>What could not be read</h3>\n");
  std::vector<std::string> lines;
  for (Reject reject : facts_->rejects.first()) {
    reject.file = bare_name(reject.file);
    lines.push_back(place_and_fault(reject));
  }
  if (count > lines.size()) {
    lines.push_back(
        fmt::format("{} more rows and cells; --rejects FILE writes all", with_commas(count - lines.size())));
  }
  write_list(out_, lines);
}

void Page::write_packs() {
  if (facts_ == nullptr) return;
  out_.write("Judged by the written policies of ");
  for (std::size_t i = 0; i < facts_->packs.size(); ++i) {
    const std::string& title = facts_->pack_titles[i];
    out_.write(fmt::format("{}{}{}", i == 0 ? "" : "; ", html_text(facts_->packs[i]),
                           title.empty() ? "" : fmt::format(" ({})", html_text(title))));
  }
  out_.write(fmt::format(", as of {}.", html_text(facts_->moment)));
}

}  // namespace

void write_html_page(TextOutput& out, const HtmlPageContents& contents) { Page(out, contents).write(); }

}  // namespace plumbline
