#include "config/salesforce_section.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/nearest_name.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMissing = "CF024";

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

class SalesforceReader : private SectionReader {
 public:
  SalesforceReader(SalesforceSection& section, Diagnostics& diagnostics)
      : SectionReader(diagnostics), section_(section) {}

  void read(const YamlNode& node) {
    section_.where = node.where;
    check_keys(node, "`salesforce`", kKeys);
    if (const YamlNode* name = node.find("name")) read_name(*name);
    if (const YamlNode* login = node.find("login")) {
      read_login(*login);
    } else {
      error(kMissing, node.where,
            "`salesforce` needs `login`: {kind: jwt, client_id: ..., username: ..., key_file: ...}");
    }
    SalesforceOptions& options = section_.options;
    if (const YamlNode* version = node.find("api_version")) {
      if (auto text = placed(*version, "`api_version`")) options.api_version = std::move(text->text);
    }
    if (const YamlNode* objects = node.find("objects")) read_objects(*objects);
    read_times(node);
    if (const YamlNode* above = node.find("bulk_above"))
      options.bulk_above = number(*above, "bulk_above", 0, kMostRows).value_or(options.bulk_above);
    if (const YamlNode* budget = node.find("budget")) read_budget(*budget);
    tell_faults(node);
  }

 private:
  void read_name(const YamlNode& node) {
    const auto text = placed(node, "the source's `name`");
    if (!text) return;
    const bool plain = std::ranges::all_of(text->text, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
             c == '_';
    });
    if (!plain)
      return error(kWrongValue, text->where,
                   fmt::format("`name`: {} must be of letters, digits, - and _", text->text));
    section_.options.name = "salesforce:" + text->text;
  }

  void read_times(const YamlNode& node) {
    SalesforceOptions& options = section_.options;
    const std::pair<std::string_view, std::chrono::seconds*> all[] = {
        {"every", &section_.every},
        {"overlap", &options.overlap},
        {"lag", &options.lag},
        {"reconcile_every", &options.reconcile_every},
        {"compare_ids_every", &options.compare_ids_every},
        {"deleted_every", &options.deleted_every},
        {"refresh_every", &options.refresh_every},
        {"bulk_patience", &options.bulk_patience},
    };
    for (const auto& [key, place] : all) {
      if (const YamlNode* const written = node.find(key)) *place = span(*written, key).value_or(*place);
    }
    const YamlNode* const every = node.find("every");
    if (every != nullptr && section_.every < kLeastSyncEvery)
      error(kNoTimeSpan, every->where, fmt::format("`every` is at least {} s", kLeastSyncEvery.count()));
  }

  void read_login(const YamlNode& node) {
    if (!is_section(node, "login", "kind: jwt, client_id: ..., username: ..., key_file: ...")) return;
    YamlNode known = node;
    std::erase_if(known.entries, [&](const YamlEntry& one) { return is_secret(one); });
    check_keys(known, "`login`", kLoginKeys);
    SalesforceLogin& login = section_.options.login;
    if (const YamlNode* const kind = node.find("kind")) read_kind(*kind);
    const std::pair<std::string_view, std::string*> texts[] = {{"url", &login.url},
                                                               {"client_id", &login.client_id},
                                                               {"username", &login.username},
                                                               {"audience", &login.audience}};
    for (const auto& [key, place] : texts) {
      const YamlNode* const written = node.find(key);
      if (written == nullptr) continue;
      if (auto text = placed(*written, fmt::format("`{}`", key))) *place = std::move(text->text);
    }
    while (login.url.ends_with('/')) login.url.pop_back();
    const std::pair<std::string_view, std::optional<SecretPlace>*> secrets[] = {
        {"key_file", &section_.private_key},
        {"secret_file", &section_.client_secret},
        {"token_file", &section_.refresh_token}};
    for (const auto& [key, place] : secrets) {
      if (const YamlNode* const written = node.find(key))
        read_secret(*written, key, SecretPlace::Kind::kFile, *place);
    }
    if (const YamlNode* const credential = node.find("credential")) read_credential(*credential);
  }

  bool is_secret(const YamlEntry& one) {
    if (std::ranges::find(kSecretKeys, one.key) == kSecretKeys.end()) return false;
    error(
        kSecretInText, one.key_where,
        fmt::format("`{}`: no secret belongs into a configuration, which many may read; write it into a file "
                    "that only Plumbline's user reads, and name that: key_file, secret_file or token_file "
                    "(or credential)",
                    one.key));
    return true;
  }

  void read_kind(const YamlNode& node) {
    const auto text = placed(node, "`kind`");
    if (!text) return;
    std::vector<std::string> known;
    for (const SalesforceGrant grant : kGrants) {
      if (to_string(grant) == text->text) {
        section_.options.login.grant = grant;
        return;
      }
      known.emplace_back(to_string(grant));
    }
    const std::string guess = did_you_mean(text->text, known);
    error(kWrongValue, text->where,
          fmt::format("there is no kind of login {}{}", text->text,
                      guess.empty() ? fmt::format("; there are {}", fmt::join(known, ", ")) : guess));
  }

  void read_secret(const YamlNode& node, std::string_view key, SecretPlace::Kind kind,
                   std::optional<SecretPlace>& place) {
    auto text = placed(node, fmt::format("`{}`", key));
    if (!text) return;
    if (place) {
      return error(
          kNamedTwice, text->where,
          fmt::format("the secret is named twice, first on line {}; keep one", place->text.where.line));
    }
    place = SecretPlace{.kind = kind, .text = *std::move(text)};
  }

  // Of the one secret that the kind of login cannot do without.
  void read_credential(const YamlNode& node) {
    std::optional<SecretPlace>& place = main_secret();
    read_secret(node, "credential", SecretPlace::Kind::kCredential, place);
    if (!place || place->kind != SecretPlace::Kind::kCredential) return;
    if (place->text.text.find('/') != std::string::npos)
      error(kWrongValue, place->text.where,
            "`credential` is the name that the unit gives it (LoadCredential=NAME:...), not a path");
  }
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
    constexpr std::uint64_t kWhole = 100;
    if (const YamlNode* const part = node.find("leave_percent")) {
      if (const auto percent = number(*part, "leave_percent", 0, kWhole))
        budget.leave_percent = static_cast<double>(*percent);
    }
    if (const YamlNode* const calls = node.find("leave_calls"))
      budget.leave_calls = number(*calls, "leave_calls", 0, kMostCalls).value_or(budget.leave_calls);
    if (const YamlNode* const many = node.find("parallel_downloads")) {
      const auto count = number(*many, "parallel_downloads", 1, kMostParallel);
      if (count) budget.parallel_downloads = static_cast<unsigned>(*count);
    }
  }

  // What the connector itself finds wrong, each where the key stands that its sentence begins with.
  void tell_faults(const YamlNode& node) {
    if (node.find("login") == nullptr || !node.find("login")->is_map()) return;
    SalesforceOptions checked = section_.options;
    const Secret there("there");
    if (section_.private_key) checked.login.private_key = there;
    if (section_.client_secret) checked.login.client_secret = there;
    if (section_.refresh_token) checked.login.refresh_token = there;
    for (std::string& fault : validate(checked)) {
      const SourceSpan where = place_of(node, fault);
      error(kMissing, where, "`salesforce`: " + std::move(fault));
    }
  }

  static SourceSpan place_of(const YamlNode& node, std::string_view fault) {
    std::string_view path = fault.substr(0, fault.find(' '));
    const YamlNode* place = &node;
    while (!path.empty()) {
      const std::size_t point = path.find('.');
      const YamlNode* const inner = place->find(path.substr(0, point));
      if (inner == nullptr) break;
      place = inner;
      path = point == std::string_view::npos ? std::string_view{} : path.substr(point + 1);
    }
    return place->where;
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
