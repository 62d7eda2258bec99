#include "policies/reference_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/time_zone.h"
#include "base/utf8.h"
#include "policies/display.h"
#include "policies/markdown.h"
#include "policies/mentions.h"
#include "policies/template_pieces.h"

namespace plumbline {
namespace {

constexpr std::string_view kIndex = "README.md";
// Next to families' names, which are in lower case: for policies that have none.
constexpr std::string_view kNoFamilyFile = "README.md";
constexpr std::string_view kNoFamilyTitle = "Other policies";
constexpr std::array kSeverities = {Severity::kHigh, Severity::kMedium, Severity::kLow};

std::string counted_policies(std::size_t count) {
  return count == 1 ? "1 policy" : fmt::format("{} policies", count);
}

std::string page_file(const FamilyPolicies& family) {
  return family.id.empty() ? std::string(kNoFamilyFile) : fmt::format("{}.md", family.id);
}

std::string title_of(const FamilyPolicies& family) {
  return markdown::text(family.title.empty() ? kNoFamilyTitle : family.title);
}

struct Tally {
  std::size_t all = 0;
  std::array<std::size_t, kSeverities.size()> by_severity{};

  void add(const Policy& policy) {
    ++all;
    const auto place = std::ranges::find(kSeverities, policy.severity);
    ++by_severity.at(static_cast<std::size_t>(place - kSeverities.begin()));
  }
  void add(const Tally& other) {
    all += other.all;
    for (std::size_t i = 0; i < by_severity.size(); ++i) by_severity.at(i) += other.by_severity.at(i);
  }
  // "9 policies: 4 high, 3 medium, 2 low"
  std::string sentence() const {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < kSeverities.size(); ++i) {
      if (by_severity.at(i) > 0)
        parts.push_back(fmt::format("{} {}", by_severity.at(i), to_string(kSeverities.at(i))));
    }
    return fmt::format("{}: {}", counted_policies(all), fmt::join(parts, ", "));
  }
  // Behind the name of what was counted.
  std::string row(std::string name) const {
    std::vector<std::string> cells = {std::move(name), fmt::to_string(all)};
    for (const std::size_t count : by_severity) cells.push_back(count == 0 ? "" : fmt::to_string(count));
    return markdown::row(cells);
  }
  static std::string head(std::string name) {
    std::vector<std::string> cells = {std::move(name), "policies"};
    for (const Severity severity : kSeverities) cells.emplace_back(to_string(severity));
    return markdown::table_head(cells);
  }
};

Tally tally_of(const FamilyPolicies& family) {
  Tally tally;
  for (const Policy* policy : family.policies) tally.add(*policy);
  return tally;
}

std::string titled(const Pack& pack) {
  const std::string name = markdown::code(pack.name);
  return pack.title.empty() ? name : fmt::format("{} ({})", name, markdown::text(pack.title));
}

std::string value_text(const Value& value) {
  return value.is_null() ? "*none*" : markdown::code(display_value(value, TimeZone::utc(), ""));
}

std::string value_text(const Parameter& parameter) {
  std::vector<std::string> parts;
  for (const Value& value : parameter.items) parts.push_back(value_text(value));
  for (const auto& [key, value] : parameter.entries)
    parts.push_back(fmt::format("{}: {}", markdown::code(key), value_text(value)));
  return parts.empty() ? "*empty*" : fmt::format("{}", fmt::join(parts, ", "));
}

// Words as words, and what is filled in as code.
std::string template_text(std::string_view text) {
  std::string line;
  for (const TemplatePiece& piece : template_pieces(text)) {
    if (piece.kind == TemplatePiece::Kind::kExpression) {
      line += markdown::code(piece.text);
      continue;
    }
    // The blanks beside an expression belong to the words.
    const std::string words = markdown::text(piece.text);
    const std::string_view blanks = " \n\t";
    if (!line.empty() && blanks.contains(piece.text.front())) line += ' ';
    line += words;
    if (!words.empty() && blanks.contains(piece.text.back())) line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

// What a policy reads of one object, and which of it the policy cannot do without.
struct ExportNeeds {
  std::set<std::string> required;
  std::set<std::string> others;
  std::set<std::string> changes;  // fields whose changes are read
  bool changes_required = false;
};

class NeedsTable {
 public:
  NeedsTable(const BoundPolicy& policy, const Schema& schema) : schema_(schema) {
    exports_[policy.object];
    const DataNeeds& needs = policy.needs;
    for (const auto* fields : {&needs.fields, &needs.passing}) {
      for (const auto& [object, numbers] : *fields) {
        for (const std::size_t field : numbers) exports_[object].others.insert(name_of(object, field));
      }
    }
    for (const auto* lookups : {&needs.lookups, &needs.passing_lookups}) {
      for (const auto& [object, field] : *lookups) exports_[object].others.insert(name_of(object, field));
    }
    for (const std::size_t number : needs.relationships) add_relationship(number);
    for (const auto& [object, field] : needs.history) exports_[object].changes.insert(name_of(object, field));
    for (const Requirement& requirement : policy.required) require(requirement);
  }

  std::string text() const {
    const std::vector<std::string> head = {"export", "not judged without", "reads also"};
    std::string table = markdown::table_head(head);
    for (const auto& [object, needs] : exports_) {
      const ObjectSchema& schema = schema_.object(object);
      const std::vector<std::string> cells = {markdown::text(schema.name), list(needs.required),
                                              list(needs.others)};
      table += markdown::row(cells);
      if (needs.changes.empty()) continue;
      const std::string changes = fmt::format("changes of {}", list(needs.changes));
      const std::vector<std::string> history = {
          markdown::text(schema.history_object.empty() ? schema.name : schema.history_object),
          needs.changes_required ? changes : "", needs.changes_required ? "" : changes};
      table += markdown::row(history);
    }
    return table + "\n";
  }

 private:
  std::string name_of(std::size_t object, std::size_t field) const {
    return schema_.object(object).fields[field].name;
  }

  void add_relationship(std::size_t number) {
    const Relationship& relationship = schema_.relationships()[number];
    const auto child = schema_.find_object(relationship.child);
    if (!child) return;
    for (const std::string& field : {relationship.child_field, relationship.fallback_child_field}) {
      if (!field.empty()) exports_[*child].others.insert(field);
    }
  }

  void require(const Requirement& requirement) {
    ExportNeeds& needs = exports_[requirement.object];
    if (requirement.kind == Requirement::Kind::kHistory) {
      needs.changes_required = true;
    } else if (requirement.kind == Requirement::Kind::kField) {
      const std::string name = name_of(requirement.object, requirement.field);
      needs.others.erase(name);
      needs.required.insert(name);
    }
  }

  static std::string list(const std::set<std::string>& names) {
    std::vector<std::string> parts;
    for (const std::string& name : names) parts.push_back(markdown::code(name));
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  const Schema& schema_;
  std::map<std::size_t, ExportNeeds> exports_;
};

std::string who_is_told(const Policy& policy) {
  if (policy.tell == "owner") return "The owner";
  if (policy.tell == "account_owner") return "The account's owner";
  if (policy.tell == "manager") return "The manager";
  if (policy.tell == "sales_operations") return "Sales Operations";
  return fmt::format("The audience {}", markdown::code(policy.tell));
}

std::string source_of(const Policy& policy) {
  const std::string_view comma = policy.document.empty() || policy.section.empty() ? "" : ", ";
  return markdown::text(fmt::format("{}{}{}", policy.document, comma, policy.section));
}

std::string facts_of(const Pack& pack, const Policy& policy) {
  std::vector<std::string> facts = {markdown::code(policy.id),
                                    fmt::format("**{}**", to_string(policy.severity)),
                                    markdown::text(policy.object)};
  if (const std::string source = source_of(policy); !source.empty()) facts.push_back(source);
  if (!policy.enabled) facts.emplace_back("**switched off**");
  if (policy.pack != pack.name) facts.push_back(fmt::format("from {}", markdown::code(policy.pack)));
  if (!policy.changed_in.empty())
    facts.push_back(fmt::format("changed by {}", markdown::code(policy.changed_in)));
  return fmt::format("{}\n\n", fmt::join(facts, " · "));
}

std::string parameters_table(std::span<const Parameter* const> parameters) {
  const bool changed = std::ranges::any_of(
      parameters, [](const Parameter* parameter) { return !parameter->overridden_in.empty(); });
  std::vector<std::string> head = {"parameter", "value"};
  if (changed) head.emplace_back("changed by");
  std::string table = markdown::table_head(head);
  for (const Parameter* parameter : parameters) {
    std::vector<std::string> cells = {markdown::code(fmt::format(":{}", parameter->name)),
                                      value_text(*parameter)};
    if (changed) cells.push_back(markdown::code(parameter->overridden_in));
    table += markdown::row(cells);
  }
  return table + "\n";
}

std::string mentions_text(const Pack& pack, const Policy& policy) {
  const Mentions mentions = mentions_of(pack, policy);
  std::string text;
  std::vector<std::string> definitions;
  for (const Definition* definition : mentions.definitions) {
    const std::string_view written = trim(definition->text.text);
    const bool several = written.contains('\n');
    definitions.push_back(
        fmt::format("{}:{}{}{}", definition->name, several ? "\n" : " ", written, several ? "\n" : ""));
  }
  if (!definitions.empty())
    text += "**Where**\n\n" + markdown::code_block(fmt::format("{}", fmt::join(definitions, "\n")));
  if (mentions.parameters.empty()) return text;
  return text + parameters_table(mentions.parameters);
}

std::string evidence_text(const Policy& policy) {
  std::string text;
  for (const NamedText& evidence : policy.evidence)
    text += fmt::format("- {}: {}\n", markdown::text(evidence.name), markdown::code(evidence.text.text));
  return text.empty() ? "" : fmt::format("**Evidence**, beside the fields read\n\n{}\n", text);
}

std::string limits_text(const Policy& policy) {
  std::string text;
  if (!policy.zone.empty())
    text += fmt::format("Days are those of {}, wherever the owner is.\n\n", markdown::text(policy.zone));
  if (policy.fresh_within) {
    constexpr std::chrono::hours kDay{24};
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(*policy.fresh_within);
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*policy.fresh_within);
    const std::string span = *policy.fresh_within % kDay == std::chrono::seconds{0}
                                 ? fmt::format("{} days", hours / kDay)
                             : minutes == hours ? fmt::format("{} hours", hours.count())
                                                : fmt::format("{} minutes", minutes.count());
    text += fmt::format("Nobody is told where the data is older than {}.\n\n", span);
  }
  return text;
}

class PackPages {
 public:
  PackPages(const BoundPack& bound, const Schema& schema) : bound_(bound), schema_(schema) {}

  std::string page(const FamilyPolicies& family) const {
    const Pack& pack = *bound_.pack;
    std::string page = fmt::format("{}\n# {}\n\n", kReferencePageMark, title_of(family));
    const std::string of =
        family.id.empty() ? fmt::format("Policies of the pack {} that belong to no family", titled(pack))
                          : fmt::format("Family {} of the pack {}", markdown::code(family.id), titled(pack));
    page += fmt::format("{}. {}. [All policies](../{})\n\n", of, tally_of(family).sentence(), kIndex);
    const std::vector<std::string> head = {"policy", "severity", "on", "title"};
    page += markdown::table_head(head);
    for (const Policy* policy : family.policies) {
      const std::vector<std::string> cells = {
          fmt::format("[{}](#{})", markdown::code(policy->id), policy->id),
          std::string(to_string(policy->severity)), markdown::text(policy->object),
          markdown::text(policy->title)};
      page += markdown::row(cells);
    }
    for (const Policy* policy : family.policies) page += section(*policy);
    return page;
  }

 private:
  std::string section(const Policy& policy) const {
    std::string text =
        fmt::format("\n<a id=\"{}\"></a>\n\n## {}\n\n", policy.id, markdown::text(policy.title));
    text += facts_of(*bound_.pack, policy);
    if (policy.judged_when) text += "**Judged when**\n\n" + markdown::code_block(policy.judged_when->text);
    text += policy.judged_when ? "**Violated when**\n\n" : "Every record is judged. **Violated when**\n\n";
    text += markdown::code_block(policy.violated_when.text);
    text += mentions_text(*bound_.pack, policy);
    text += limits_text(policy);
    text += fmt::format("**{} is told**\n\n> {}\n\n**and asked**\n\n> {}\n\n", who_is_told(policy),
                        template_text(policy.says.text), template_text(policy.fix.text));
    text += evidence_text(policy);
    const auto bound = std::ranges::find(bound_.policies, &policy, &BoundPolicy::policy);
    if (bound != bound_.policies.end()) text += "**Needs**\n\n" + NeedsTable(*bound, schema_).text();
    if (const std::string examples = examples_table(policy); !examples.empty())
      text += "**Examples**\n\n" + examples;
    while (text.ends_with("\n\n")) text.pop_back();
    return text;
  }

  const BoundPack& bound_;
  const Schema& schema_;
};

std::string index_section(const Pack& pack) {
  std::string text = fmt::format("\n<a id=\"{}\"></a>\n\n## {}\n\n", pack.name,
                                 markdown::text(pack.title.empty() ? pack.name : pack.title));
  text += fmt::format("Pack {}", markdown::code(pack.name));
  if (!pack.extends.empty()) text += fmt::format(", which extends {}", markdown::code(pack.extends));
  if (!pack.document.empty()) text += fmt::format(". Source: {}", markdown::text(pack.document));
  text += ".\n\n" + Tally::head("family");
  for (const FamilyPolicies& family : by_family(pack)) {
    text += tally_of(family).row(fmt::format("[{}]({}/{})", title_of(family), pack.name, page_file(family)));
  }
  return text;
}

std::string index_page(std::span<const BoundPack> packs) {
  Tally all;
  std::string rows;
  std::string sections;
  for (const BoundPack& bound : packs) {
    const Pack& pack = *bound.pack;
    Tally tally;
    for (const Policy& policy : pack.policies) tally.add(policy);
    rows += tally.row(fmt::format("[{}](#{})", markdown::code(pack.name), pack.name));
    sections += index_section(pack);
    all.add(tally);
  }
  if (packs.size() > 1) rows += all.row("together");
  return fmt::format(
      "{}\n# Policies\n\n"
      "{} in {}, as the packs themselves say them. `plumbline policy docs` made these pages from the packs: "
      "change a pack, and have them made again.\n\n"
      "In examples a field without a value was not given: it is empty, and a checkbox is false. A day alone "
      "means its noon where the owner is.\n\n"
      "{}{}{}",
      kReferencePageMark, counted_policies(all.all),
      packs.size() == 1 ? "1 pack" : fmt::format("{} packs", packs.size()), Tally::head("pack"), rows,
      sections);
}

}  // namespace

std::vector<ReferencePage> reference_pages(std::span<const BoundPack> packs, const Schema& schema) {
  std::vector<ReferencePage> pages = {{.path = std::string(kIndex), .text = index_page(packs)}};
  for (const BoundPack& bound : packs) {
    const PackPages maker(bound, schema);
    for (const FamilyPolicies& family : by_family(*bound.pack)) {
      pages.push_back(
          {.path = fmt::format("{}/{}", bound.pack->name, page_file(family)), .text = maker.page(family)});
    }
  }
  return pages;
}

}  // namespace plumbline
