#include "config/clari_section.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "config/source_section.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::array kKeys = {"name"sv,
                              "url"sv,
                              "api_key_file"sv,
                              "credential"sv,
                              "forecasts"sv,
                              "types"sv,
                              "currency"sv,
                              "scope"sv,
                              "fiscal_year_starts"sv,
                              "fiscal_year_named_by"sv,
                              "every"sv,
                              "export_every"sv,
                              "leave_percent"sv,
                              "synchronous"sv,
                              "job_patience"sv,
                              "most_result_bytes"sv,
                              "allow_plain_loopback"sv,
                              "opportunities"sv};
constexpr std::array kOpportunitiesKeys = {"wanted"sv, "created_within_days"sv, "most_calls"sv, "mode"sv,
                                           "fields"sv};
// Who writes one of these is told where secrets go.
constexpr std::array kSecretKeys = {"api_key"sv, "apikey"sv, "key"sv, "token"sv, "secret"sv, "password"sv};

constexpr std::array kYearNames = {"end"sv, "start"sv};

constexpr std::size_t kMostForecasts = 50;
constexpr std::size_t kMostTypes = 20;
constexpr std::size_t kMostFields = 200;
constexpr std::uint64_t kMonths = 12;
constexpr std::uint64_t kMostDays = 36'500;
constexpr std::uint64_t kMostCalls = 100'000;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 40;

class ClariReader : private SourceReader {
 public:
  ClariReader(ClariSection& section, Diagnostics& diagnostics)
      : SourceReader(diagnostics), section_(section) {}

  void read(const YamlNode& node) {
    section_.where = node.where;
    check_keys_and_secrets(node, "`clari`", kKeys, kSecretKeys, "api_key_file");
    ClariOptions& options = section_.options;
    read_source_name(node, "clari", options.name);
    read_text(node, "url", options.url);
    while (options.url.ends_with('/')) options.url.pop_back();
    read_secret_file(node, "api_key_file", section_.api_key);
    read_credential(node, section_.api_key);
    read_names(node, "forecasts", kMostForecasts, options.forecasts);
    read_names(node, "types", kMostTypes, options.types);
    read_text(node, "currency", options.currency);
    read_text(node, "scope", options.scope);
    read_fiscal_year(node);
    read_every(node, section_.every);
    read_span(node, "export_every", options.export_every);
    read_percent(node, "leave_percent", options.leave_percent);
    read_truth(node, "synchronous", options.synchronous);
    read_span(node, "job_patience", options.job_patience);
    if (const YamlNode* const most = node.find("most_result_bytes"))
      options.most_result_bytes =
          number(*most, "most_result_bytes", 1, kMostBytes).value_or(options.most_result_bytes);
    read_truth(node, "allow_plain_loopback", options.allow_plain_loopback);
    if (const YamlNode* const opportunities = node.find("opportunities")) read_opportunities(*opportunities);
    find_faults(node);
  }

 private:
  void read_names(const YamlNode& map, std::string_view key, std::size_t most,
                  std::vector<std::string>& names) {
    const YamlNode* const node = map.find(key);
    if (node == nullptr) return;
    names.clear();
    for (PlacedText& one : texts(*node, key, most)) names.push_back(std::move(one.text));
  }

  void read_fiscal_year(const YamlNode& node) {
    ClariOptions& options = section_.options;
    if (const YamlNode* const month = node.find("fiscal_year_starts")) {
      const auto read = number(*month, "fiscal_year_starts", 1, kMonths);
      if (read) options.fiscal_year_starts = static_cast<unsigned>(*read);
    }
    if (const auto name = read_choice(node, "fiscal_year_named_by", "fiscal_year_named_by", kYearNames))
      options.fiscal_year_named_by = *name == 0 ? FiscalYearName::kEndYear : FiscalYearName::kStartYear;
  }

  void read_opportunities(const YamlNode& node) {
    if (!is_section(node, "opportunities", "wanted: true")) return;
    check_keys(node, "`opportunities`", kOpportunitiesKeys);
    ClariOpportunityOptions& options = section_.options.opportunities;
    read_truth(node, "wanted", options.wanted);
    if (const YamlNode* const days = node.find("created_within_days")) {
      const auto read = number(*days, "created_within_days", 1, kMostDays);
      if (read) options.created_within_days = static_cast<int>(*read);
    }
    if (const YamlNode* const calls = node.find("most_calls")) {
      const auto read = number(*calls, "most_calls", 1, kMostCalls);
      if (read) options.most_calls = static_cast<std::uint32_t>(*read);
    }
    read_text(node, "mode", options.mode);
    if (const YamlNode* const fields = node.find("fields")) read_fields(*fields, options.fields);
  }

  void read_fields(const YamlNode& node, std::vector<ClariOpportunityField>& fields) {
    if (!is_section(node, "fields", "opportunity.amount: Amount")) return;
    if (node.entries.empty())
      error(kEmptyValue, node.where, "`fields` is empty; name at least one, or remove the key");
    if (node.entries.size() > kMostFields)
      return error(kTooMany, node.where,
                   fmt::format("`fields` names {}; at most {} are read", node.entries.size(), kMostFields));
    for (const YamlEntry& one : node.entries) {
      auto field = placed(one.value, fmt::format("`{}`", one.key));
      if (field) fields.push_back({.id = one.key, .field = std::move(field->text)});
    }
  }

  void find_faults(const YamlNode& node) {
    ClariOptions checked = section_.options;
    checked.api_key = Secret{std::string(kSecretToCome)};
    if (!section_.api_key)
      error(kMissing, node.where,
            "`clari` needs `api_key_file`, the file of an API token (Clari shows one under Settings, API "
            "Token), or `credential`");
    tell_faults(node, "clari", validate(checked));
  }

  ClariSection& section_;
};

}  // namespace

void read_clari(const YamlNode& node, SourcesSection& sources, Diagnostics& diagnostics) {
  SectionReader reader(diagnostics);
  if (!reader.is_section(node, "clari", "api_key_file: ..., forecasts: [...]")) return;
  ClariReader(sources.clari.emplace(), diagnostics).read(node);
}

std::vector<MapKeys> clari_keys() {
  return {{.map = "clari", .keys = kKeys}, {.map = "clari_opportunities", .keys = kOpportunitiesKeys}};
}

}  // namespace plumbline
