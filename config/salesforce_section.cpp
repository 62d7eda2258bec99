#include "config/salesforce_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "config/source_section.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::array kKeys = {"name"sv,          "login"sv,           "api_version"sv,
                              "objects"sv,       "every"sv,           "overlap"sv,
                              "lag"sv,           "reconcile_every"sv, "compare_ids_every"sv,
                              "deleted_every"sv, "refresh_every"sv,   "bulk_above"sv,
                              "bulk_patience"sv, "budget"sv};
constexpr std::array kLoginKeys = {"kind"sv,     "url"sv,         "client_id"sv,  "username"sv,  "audience"sv,
                                   "key_file"sv, "secret_file"sv, "token_file"sv, "credential"sv};
constexpr std::array kObjectKeys = {"name"sv, "fields"sv};
constexpr std::array kBudgetKeys = {"leave_percent"sv, "leave_calls"sv, "parallel_downloads"sv};

// Who writes one of these is told where secrets go.
constexpr std::array kSecretKeys = {
    "password"sv, "client_secret"sv, "secret"sv,       "private_key"sv,    "key"sv,
    "token"sv,    "refresh_token"sv, "access_token"sv, "security_token"sv, "consumer_secret"sv};

constexpr std::array kGrants = {SalesforceGrant::kJwtBearer, SalesforceGrant::kClientCredentials,
                                SalesforceGrant::kRefreshToken};

constexpr std::size_t kMostObjects = 200;
constexpr std::size_t kMostFields = 800;
constexpr std::uint64_t kMostCalls = 100'000'000;
constexpr std::uint64_t kMostRows = 1'000'000'000;
constexpr std::uint64_t kMostParallel = 16;

constexpr std::array kKinds = {"jwt"sv, "client_credentials"sv, "refresh_token"sv};
static_assert(kKinds.size() == kGrants.size());

class SalesforceReader : private SourceReader {
 public:
  SalesforceReader(SalesforceSection& section, Diagnostics& diagnostics)
      : SourceReader(diagnostics), section_(section) {}

  void read(const YamlNode& node) {
    section_.where = node.where;
    check_keys(node, "`salesforce`", kKeys);
    read_source_name(node, "salesforce", section_.options.name);
    if (const YamlNode* login = node.find("login")) {
      read_login(*login);
    } else {
      error(kMissing, node.where,
            "`salesforce` needs `login`: {kind: jwt, client_id: ..., username: ..., key_file: ...}");
    }
    SalesforceOptions& options = section_.options;
    read_text(node, "api_version", options.api_version);
    if (const YamlNode* objects = node.find("objects")) read_objects(*objects);
    read_times(node);
    if (const YamlNode* above = node.find("bulk_above"))
      options.bulk_above = number(*above, "bulk_above", 0, kMostRows).value_or(options.bulk_above);
    if (const YamlNode* budget = node.find("budget")) read_budget(*budget);
    find_faults(node);
  }

 private:
  void read_times(const YamlNode& node) {
    SalesforceOptions& options = section_.options;
    read_every(node, section_.every);
    const std::pair<std::string_view, std::chrono::seconds*> all[] = {
        {"overlap", &options.overlap},
        {"lag", &options.lag},
        {"reconcile_every", &options.reconcile_every},
        {"compare_ids_every", &options.compare_ids_every},
        {"deleted_every", &options.deleted_every},
        {"refresh_every", &options.refresh_every},
        {"bulk_patience", &options.bulk_patience},
    };
    for (const auto& [key, place] : all) read_span(node, key, *place);
  }

  void read_login(const YamlNode& node) {
    if (!is_section(node, "login", "kind: jwt, client_id: ..., username: ..., key_file: ...")) return;
    check_keys_and_secrets(node, "`login`", kLoginKeys, kSecretKeys, "key_file, secret_file or token_file");
    SalesforceLogin& login = section_.options.login;
    if (const auto kind = read_choice(node, "kind", "kind of login", kKinds)) login.grant = kGrants.at(*kind);
    const std::pair<std::string_view, std::string*> texts[] = {{"url", &login.url},
                                                               {"client_id", &login.client_id},
                                                               {"username", &login.username},
                                                               {"audience", &login.audience}};
    for (const auto& [key, place] : texts) read_text(node, key, *place);
    while (login.url.ends_with('/')) login.url.pop_back();
    read_secret_file(node, "key_file", section_.private_key);
    read_secret_file(node, "secret_file", section_.client_secret);
    read_secret_file(node, "token_file", section_.refresh_token);
    read_credential(node, main_secret());
  }

  // The one that the kind of login cannot do without.
  std::optional<SecretPlace>& main_secret() {
    switch (section_.options.login.grant) {
      case SalesforceGrant::kClientCredentials:
        return section_.client_secret;
      case SalesforceGrant::kRefreshToken:
        return section_.refresh_token;
      case SalesforceGrant::kJwtBearer:
        break;
    }
    return section_.private_key;
  }

  void read_objects(const YamlNode& node) {
    if (!node.is_list()) {
      return error(kWrongKind, node.where,
                   "`objects` is a list: [Opportunity, Account], or lines such as - {name: Task, fields: "
                   "[Subject]}");
    }
    if (node.items.empty())
      error(kEmptyValue, node.where, "`objects` is empty; name at least one, or remove the key");
    if (node.items.size() > kMostObjects)
      return error(kTooMany, node.where,
                   fmt::format("`objects` names {}; at most {} are read", node.items.size(), kMostObjects));
    for (const YamlNode& item : node.items) read_object(item);
  }

  void read_object(const YamlNode& node) {
    SalesforceObject object;
    const YamlNode* const name = node.is_map() ? node.find("name") : &node;
    if (node.is_map()) check_keys(node, "one of `objects`", kObjectKeys);
    if (name == nullptr) return error(kMissing, node.where, "one of `objects` has no `name`");
    auto text = placed(*name, "one of `objects`");
    if (!text) return;
    object.name = std::move(text->text);
    if (const YamlNode* const fields = node.is_map() ? node.find("fields") : nullptr) {
      for (PlacedText& field : texts(*fields, "fields", kMostFields))
        object.fields.push_back(std::move(field.text));
    }
    const auto same = [&](const SalesforceObject& other) { return other.name == object.name; };
    if (std::ranges::any_of(section_.options.objects, same))
      return error(kNamedTwice, text->where, fmt::format("{} stands here again; keep one", object.name));
    section_.options.objects.push_back(std::move(object));
  }

  void read_budget(const YamlNode& node) {
    if (!is_section(node, "budget", "leave_percent: 20")) return;
    check_keys(node, "`budget`", kBudgetKeys);
    SalesforceBudget& budget = section_.options.budget;
    read_percent(node, "leave_percent", budget.leave_percent);
    if (const YamlNode* const calls = node.find("leave_calls"))
      budget.leave_calls = number(*calls, "leave_calls", 0, kMostCalls).value_or(budget.leave_calls);
    if (const YamlNode* const many = node.find("parallel_downloads")) {
      const auto count = number(*many, "parallel_downloads", 1, kMostParallel);
      if (count) budget.parallel_downloads = static_cast<unsigned>(*count);
    }
  }

  void find_faults(const YamlNode& node) {
    if (node.find("login") == nullptr || !node.find("login")->is_map()) return;
    SalesforceOptions checked = section_.options;
    const Secret there{std::string(kSecretToCome)};
    if (section_.private_key) checked.login.private_key = there;
    if (section_.client_secret) checked.login.client_secret = there;
    if (section_.refresh_token) checked.login.refresh_token = there;
    tell_faults(node, "salesforce", validate(checked));
  }

  SalesforceSection& section_;
};

}  // namespace

void read_salesforce(const YamlNode& node, SourcesSection& sources, Diagnostics& diagnostics) {
  SectionReader reader(diagnostics);
  if (!reader.is_section(node, "salesforce", "login: {...}, every: 5 minutes")) return;
  SalesforceReader(sources.salesforce.emplace(), diagnostics).read(node);
}

std::vector<MapKeys> salesforce_keys() {
  return {{.map = "salesforce", .keys = kKeys},
          {.map = "salesforce_login", .keys = kLoginKeys},
          {.map = "salesforce_object", .keys = kObjectKeys},
          {.map = "salesforce_budget", .keys = kBudgetKeys}};
}

}  // namespace plumbline
