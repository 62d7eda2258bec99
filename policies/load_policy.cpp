#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/load_pack_impl.h"
#include "policies/pack_keys.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::array kPolicyKeys = {"id"sv,           "title"sv,         "on"sv,       "severity"sv,
                                    "judged_when"sv,  "violated_when"sv, "evidence"sv, "says"sv,
                                    "fix"sv,          "section"sv,       "family"sv,   "tell"sv,
                                    "fresh_within"sv, "zone"sv,          "enabled"sv,  "examples"sv};
constexpr std::array kRequiredKeys = {"title"sv, "on"sv, "severity"sv, "violated_when"sv, "says"sv, "fix"sv};
// What an organisation may change of a policy it has from another pack.
constexpr std::array kChangeableKeys = {"id"sv,    "severity"sv, "enabled"sv,      "says"sv, "fix"sv,
                                        "title"sv, "tell"sv,     "fresh_within"sv, "zone"sv};

// "24 hours", "1 week". Empty where it is something else, or more than kMaxFreshWithinDays.
std::optional<std::chrono::seconds> parse_span(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::chrono::seconds length;
  };
  constexpr std::array<Unit, 4> kUnits = {{{"minute", std::chrono::minutes{1}},
                                           {"hour", std::chrono::hours{1}},
                                           {"day", std::chrono::days{1}},
                                           {"week", std::chrono::weeks{1}}}};
  unsigned count = 0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (fault != std::errc{} || count == 0) return std::nullopt;
  std::string unit = lower(trim(text.substr(static_cast<std::size_t>(stop - text.data()))));
  if (unit.ends_with('s')) unit.pop_back();
  const auto found = std::ranges::find(kUnits, unit, &Unit::name);
  if (found == kUnits.end()) return std::nullopt;
  const std::chrono::seconds most = std::chrono::days{kMaxFreshWithinDays};
  if (count > most / found->length) return std::nullopt;
  return count * found->length;
}

class PolicyReader {
 public:
  PolicyReader(PackReader& reader, const Inheritance& inherited, std::span<const std::string> audiences,
               Pack& pack)
      : reader_(reader), inherited_(inherited), pack_(pack), inherited_count_(pack.policies.size()) {
    for (const std::string_view name : kOwnAudiences) audiences_.emplace_back(name);
    audiences_.insert(audiences_.end(), audiences.begin(), audiences.end());
  }

  void read(const YamlNode& node) {
    if (!reader_.is_map(node, "a policy")) return;
    const YamlNode* id_node = node.find("id");
    if (id_node == nullptr)
      reader_.error("PB141", node.where, "the policy has no `id`; give it one, such as close-date-past-due");
    const auto id = id_node == nullptr ? std::nullopt : reader_.id(*id_node, "the id of a policy");
    if (id && is_repeated(*id, id_node->where)) return;
    Policy* const base = id ? find_inherited(*id) : nullptr;
    if (base != nullptr) {
      change(*base, node);
    } else if (inherited_.kind != Inheritance::Kind::kNone && changes_only(node)) {
      change_of_unknown(id, id_node, node);
    } else {
      read_new(id, id_node, node);
    }
  }

 private:
  bool is_repeated(const std::string& id, const SourceSpan& where) {
    const auto [first, is_new] = lines_.try_emplace(id, where.line);
    if (is_new) return false;
    reader_.error("PB144", where,
                  fmt::format("the policy {} stands here again, first on line {}; every id is used once", id,
                              first->second));
    return true;
  }

  Policy* find_inherited(std::string_view id) {
    const auto end = pack_.policies.begin() + static_cast<std::ptrdiff_t>(inherited_count_);
    const auto found = std::ranges::find(pack_.policies.begin(), end, id, &Policy::id);
    return found == end ? nullptr : &*found;
  }

  // Whether the entry cannot be a policy of its own, and so is meant as a change of one.
  static bool changes_only(const YamlNode& node) {
    return std::ranges::all_of(node.entries, [](const YamlEntry& entry) {
      return std::ranges::find(kChangeableKeys, entry.key) != kChangeableKeys.end();
    });
  }

  void change(Policy& policy, const YamlNode& node) {
    for (const YamlEntry& entry : node.entries) {
      if (std::ranges::find(kChangeableKeys, entry.key) != kChangeableKeys.end()) continue;
      if (std::ranges::find(kPolicyKeys, entry.key) == kPolicyKeys.end()) continue;
      reader_.error(
          "PB152", entry.key_where,
          fmt::format(
              "`{}` of {} belongs to {}; change a parameter, or disable this policy (enabled: false) and "
              "write your own under another id",
              entry.key, policy.id, inherited_.pack));
    }
    reader_.check_keys(node, "a policy", kPolicyKeys);
    read_changeable(node, policy);
    policy.changed_in = pack_.name;
  }

  void change_of_unknown(const std::optional<std::string>& id, const YamlNode* id_node,
                         const YamlNode& node) {
    Policy nowhere;
    read_changeable(node, nowhere);
    if (!id || inherited_.kind != Inheritance::Kind::kKnown) return;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < inherited_count_; ++i) ids.push_back(pack_.policies[i].id);
    const std::string guess = did_you_mean(*id, ids);
    reader_.error(
        "PB153", id_node->where,
        fmt::format("{} has no policy {}{}", inherited_.pack, *id,
                    guess.empty() ? "; a policy of your own needs on, violated_when and examples" : guess));
  }

  void read_new(const std::optional<std::string>& id, const YamlNode* id_node, const YamlNode& node) {
    Policy policy;
    policy.id = id.value_or("");
    policy.pack = pack_.name;
    policy.document = pack_.document;
    policy.where = id_node == nullptr ? node.where : id_node->where;
    reader_.check_keys(node, "a policy", kPolicyKeys);
    report_missing(node, policy.where);
    read_changeable(node, policy);
    read_conditions(node, policy);
    if (const YamlNode* value = node.find("section"))
      policy.section = reader_.text(*value, "`section`").value_or("");
    if (const YamlNode* value = node.find("family")) read_family(*value, policy);
    read_evidence(node, policy);
    if (reader_.has_examples()) read_examples(node, policy);
    pack_.policies.push_back(std::move(policy));
  }

  void report_missing(const YamlNode& node, const SourceSpan& where) {
    std::vector<std::string> missing;
    for (const std::string_view key : kRequiredKeys) {
      if (node.find(key) == nullptr) missing.push_back(fmt::format("`{}`", key));
    }
    if (!missing.empty())
      reader_.error("PB141", where, fmt::format("the policy lacks {}", fmt::join(missing, ", ")));
  }

  void read_changeable(const YamlNode& node, Policy& policy) {
    if (const YamlNode* value = node.find("title")) {
      if (auto title = reader_.text(*value, "`title`")) policy.title = std::move(*title);
    }
    if (const YamlNode* value = node.find("severity")) read_severity(*value, policy);
    if (const YamlNode* value = node.find("enabled"))
      policy.enabled = reader_.truth(*value, "`enabled`").value_or(true);
    if (const YamlNode* value = node.find("says")) {
      if (auto text = reader_.source_text(*value, "`says`")) policy.says = std::move(*text);
    }
    if (const YamlNode* value = node.find("fix")) {
      if (auto text = reader_.source_text(*value, "`fix`")) policy.fix = std::move(*text);
    }
    if (const YamlNode* value = node.find("zone")) {
      if (auto zone = reader_.zone(*value, "`zone`")) policy.zone = std::move(*zone);
    }
    if (const YamlNode* value = node.find("tell")) read_tell(*value, policy);
    if (const YamlNode* value = node.find("fresh_within")) read_freshness(*value, policy);
  }

  void read_severity(const YamlNode& node, Policy& policy) {
    constexpr std::array kWords = {"high"sv, "medium"sv, "low"sv};
    constexpr std::array kSeverities = {Severity::kHigh, Severity::kMedium, Severity::kLow};
    const auto chosen = reader_.choice(node, "`severity`", kWords);
    if (chosen) policy.severity = kSeverities[*chosen];
  }

  void read_tell(const YamlNode& node, Policy& policy) {
    auto text = reader_.text(node, "`tell`");
    if (!text) return;
    // Audiences of a pack that could not be read are not known.
    const bool known = inherited_.kind == Inheritance::Kind::kMissing ||
                       std::ranges::find(audiences_, *text) != audiences_.end();
    if (known) {
      policy.tell = std::move(*text);
    } else {
      reader_.error("PB145", node.where,
                    fmt::format("no audience `{}` among {}{}", *text, fmt::join(audiences_, ", "),
                                did_you_mean(*text, audiences_)));
    }
  }

  void read_freshness(const YamlNode& node, Policy& policy) {
    const auto text = reader_.text(node, "`fresh_within`");
    if (!text) return;
    policy.fresh_within = parse_span(*text);
    if (!policy.fresh_within) {
      reader_.error(
          "PB155", node.where,
          fmt::format(
              "`{}` is no span of time; write 30 minutes, 24 hours, 2 days or 1 week (at most {} days)",
              *text, kMaxFreshWithinDays));
    }
  }

  void read_conditions(const YamlNode& node, Policy& policy) {
    if (const YamlNode* value = node.find("on")) {
      policy.object = reader_.text(*value, "`on`").value_or("");
      policy.object_where = value->where;
    }
    if (const YamlNode* value = node.find("judged_when"))
      policy.judged_when = reader_.source_text(*value, "`judged_when`");
    if (const YamlNode* value = node.find("violated_when")) {
      if (auto text = reader_.source_text(*value, "`violated_when`")) policy.violated_when = std::move(*text);
    }
  }

  void read_family(const YamlNode& node, Policy& policy) {
    auto written = reader_.text(node, "`family`");
    if (!written) return;
    if (std::ranges::find(pack_.families, *written, &Family::id) != pack_.families.end()) {
      policy.family = *std::move(written);
      return;
    }
    std::vector<std::string> known;
    for (const Family& family : pack_.families) known.push_back(family.id);
    const std::string guess = did_you_mean(*written, known);
    reader_.error("PB145", node.where,
                  fmt::format("no family `{}` under `families:`{}", *written,
                              guess.empty() ? "; declare it there, with a title" : guess));
  }

  void read_evidence(const YamlNode& node, Policy& policy) {
    const YamlNode* value = node.find("evidence");
    if (value == nullptr || !reader_.is_map(*value, "`evidence`")) return;
    for (const YamlEntry& entry : value->entries) {
      if (auto text = reader_.source_text(entry.value, fmt::format("the evidence `{}`", entry.key))) {
        policy.evidence.push_back({.name = entry.key, .text = std::move(*text)});
      }
    }
  }

  void read_examples(const YamlNode& node, Policy& policy) {
    bool violated = false;
    bool passes = false;
    if (const YamlNode* value = node.find("examples")) {
      if (!reader_.is_list(*value, "`examples`")) return;
      if (value->items.size() > kMaxExamplesInPolicy) {
        return reader_.error("PB157", value->where,
                             fmt::format("a policy has at most {} examples", kMaxExamplesInPolicy));
      }
      for (const YamlNode& item : value->items) {
        ReadExample read = read_example(reader_, item);
        if (!read.expected)
          violated = passes = true;  // what it stands for is not known; it is reported already
        violated = violated || read.expected == ExpectedVerdict::kViolated;
        passes = passes || read.expected == ExpectedVerdict::kPasses;
        policy.examples.push_back(std::move(read.example));
      }
    }
    if (violated && passes) return;
    const std::string_view lack = violated ? "one that is not" : passes ? "one that is violated" : "both";
    reader_.error(
        "PB146", policy.where,
        fmt::format("every policy has at least one example that is violated and one that is not; {} lacks {}",
                    policy.id.empty() ? "this one" : policy.id, lack));
  }

  PackReader& reader_;
  const Inheritance& inherited_;
  Pack& pack_;
  std::size_t inherited_count_;
  std::vector<std::string> audiences_;
  std::map<std::string, std::uint32_t, std::less<>> lines_;  // ids of this file and where they stand
};

}  // namespace

std::span<const std::string_view> policy_keys() { return kPolicyKeys; }

std::span<const std::string_view> changeable_policy_keys() { return kChangeableKeys; }

void read_policies(PackReader& reader, const YamlNode& node, const Inheritance& inherited,
                   std::span<const std::string> audiences, Pack& pack) {
  if (!reader.is_list(node, "`policies`")) return;
  if (node.items.empty() && inherited.kind == Inheritance::Kind::kNone) {
    return reader.error("PB141", node.where, "the pack has no policies; list them under `policies:`");
  }
  if (pack.policies.size() + node.items.size() > kMaxPoliciesInPack) {
    return reader.error("PB157", node.where,
                        fmt::format("a pack has at most {} policies; split it", kMaxPoliciesInPack));
  }
  PolicyReader policies(reader, inherited, audiences, pack);
  for (const YamlNode& item : node.items) policies.read(item);
}

}  // namespace plumbline
