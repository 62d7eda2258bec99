// `audit:` of a configuration: where checkpoints of the audit log go as well, so that nobody can cut the log
// back unseen.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/map_keys.h"
#include "base/secret.h"
#include "base/yaml.h"
#include "config/section_reader.h"
#include "config/sources_section.h"

namespace plumbline {

// In the place of a file's name.
inline constexpr std::string_view kJournalAnchor = "journal";
inline constexpr std::size_t kMaxConfiguredAnchors = 16;

// An address that checkpoints are posted to. Whoever knows it can post there, too: it is a secret.
struct WebhookAnchor {
  PlacedText name;  // letters, digits, - and _; of no other webhook. The ledger knows it by this
  std::optional<SecretPlace> place{};  // of the address
  Secret url{};                        // empty until somebody reads it (daemon/cli/source_secrets.h)
};

struct AuditSection {
  std::vector<PlacedText> anchors{};  // files, or kJournalAnchor
  std::vector<WebhookAnchor> webhooks{};
};

void read_audit(const YamlNode& node, AuditSection& audit, Diagnostics& diagnostics);

// What is wrong with a webhook's address, in words that do not show it; empty where it may be asked: https,
// or http on this very machine.
std::string fault_of_webhook(std::string_view url);

// For the JSON Schema.
std::vector<MapKeys> audit_keys();

}  // namespace plumbline
