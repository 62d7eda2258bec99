#include "config/audit_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMissing = "CF024";

constexpr std::array kAuditKeys = {"anchors"sv};
constexpr std::array kWebhookKeys = {"webhook"sv, "url_file"sv, "credential"sv};
// Who writes one of these is told where secrets go.
constexpr std::array kSecretKeys = {"url"sv, "address"sv};
constexpr std::array kLoopback = {"http://127."sv, "http://localhost:"sv, "http://localhost/"sv,
                                  "http://[::1]"sv};
constexpr std::string_view kHttps = "https://";

bool is_address(std::string_view text) { return text.starts_with("http://") || text.starts_with(kHttps); }

bool is_plain_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

class AnchorsReader : private SectionReader {
 public:
  AnchorsReader(AuditSection& audit, Diagnostics& diagnostics) : SectionReader(diagnostics), audit_(audit) {}

  void read(const YamlNode& node) {
    if (node.is_map()) return read_webhook(node);
    if (node.is_list() && node.items.size() > kMaxConfiguredAnchors)
      return error(
          kTooMany, node.where,
          fmt::format("`anchors` names {}; at most {} are read", node.items.size(), kMaxConfiguredAnchors));
    YamlNode others = node;
    std::erase_if(others.items, [](const YamlNode& item) { return item.is_map(); });
    if (!node.is_list() || node.items.empty() || !others.items.empty())
      audit_.anchors = texts(others, "anchors", kMaxConfiguredAnchors);
    std::erase_if(audit_.anchors, [&](const PlacedText& anchor) { return is_secret(anchor); });
    for (const YamlNode& item : node.items) {
      if (item.is_map()) read_webhook(item);
    }
  }

 private:
  bool is_secret(const PlacedText& anchor) {
    if (!is_address(anchor.text)) return false;
    tell_secret(anchor.where);
    return true;
  }

  void tell_secret(const SourceSpan& where) {
    error(kSecretInText, where,
          "the address of a webhook is a secret, and no secret belongs into a configuration, which many may "
          "read; write it into a file that only Plumbline's user reads, and name that: {webhook: desk, "
          "url_file: FILE} (or credential: NAME)");
  }

  void read_webhook(const YamlNode& node) {
    YamlNode known = node;
    std::erase_if(known.entries, [&](const YamlEntry& one) {
      if (std::ranges::find(kSecretKeys, one.key) == kSecretKeys.end()) return false;
      tell_secret(one.key_where);
      return true;
    });
    const bool had_secret = known.entries.size() != node.entries.size();
    check_keys(known, "an anchor", kWebhookKeys);
    const YamlNode* const name = node.find("webhook");
    if (name == nullptr)
      return error(kMissing, node.where,
                   "an anchor is a file, journal, or a webhook with a name: {webhook: desk, url_file: FILE}");
    auto text = placed(*name, "`webhook`");
    if (!text) return;
    if (is_address(text->text)) return tell_secret(text->where);
    if (!is_plain_name(text->text))
      return error(kWrongValue, text->where,
                   fmt::format("`webhook`: {} must be a name of letters, digits, - and _", text->text));
    for (const WebhookAnchor& other : audit_.webhooks) {
      if (other.name.text == text->text)
        return error(kNamedTwice, text->where,
                     fmt::format("{} stands here again, first on line {}; give one of them another name",
                                 text->text, other.name.where.line));
    }
    WebhookAnchor webhook{.name = *std::move(text)};
    read_place(node, "url_file", SecretPlace::Kind::kFile, webhook);
    read_place(node, "credential", SecretPlace::Kind::kCredential, webhook);
    if (!webhook.place && !had_secret)
      error(kMissing, node.where,
            fmt::format("webhook {} needs `url_file`, the file that holds its address (or `credential`)",
                        webhook.name.text));
    audit_.webhooks.push_back(std::move(webhook));
  }

  void read_place(const YamlNode& node, std::string_view key, SecretPlace::Kind kind,
                  WebhookAnchor& webhook) {
    const YamlNode* const written = node.find(key);
    if (written == nullptr) return;
    auto text = placed(*written, fmt::format("`{}`", key));
    if (!text) return;
    if (is_address(text->text)) return tell_secret(text->where);
    if (webhook.place)
      return error(kNamedTwice, text->where,
                   fmt::format("the address is named twice, first on line {}; keep one",
                               webhook.place->text.where.line));
    if (kind == SecretPlace::Kind::kCredential && text->text.contains('/'))
      return error(kWrongValue, text->where,
                   "`credential` is the name that the unit gives it (LoadCredential=NAME:...), not a path");
    webhook.place = SecretPlace{.kind = kind, .text = *std::move(text)};
  }

  AuditSection& audit_;
};

}  // namespace

void read_audit(const YamlNode& node, AuditSection& audit, Diagnostics& diagnostics) {
  SectionReader reader(diagnostics);
  if (!reader.is_section(node, "audit", "anchors: [journal]")) return;
  reader.check_keys(node, "`audit`", kAuditKeys);
  if (const YamlNode* const anchors = node.find("anchors")) AnchorsReader(audit, diagnostics).read(*anchors);
}

std::string fault_of_webhook(std::string_view url) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  if (std::ranges::any_of(url, is_blank)) return "the address has blanks or more than one line";
  if (url.starts_with(kHttps) && url.size() > kHttps.size()) return {};
  if (std::ranges::any_of(kLoopback, [&](std::string_view own) { return url.starts_with(own); })) return {};
  return "this is no address that begins with https:// (http:// is for this machine alone)";
}

std::vector<MapKeys> audit_keys() {
  return {{.map = "audit", .keys = kAuditKeys}, {.map = "webhook_anchor", .keys = kWebhookKeys}};
}

}  // namespace plumbline
