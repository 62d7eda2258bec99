#include <utility>

#include "base/json.h"
#include "daemon/cli/diff_output.h"
#include "daemon/cli/diff_words.h"

namespace plumbline {
namespace {

std::string_view to_string(VerdictChange::Kind kind) {
  switch (kind) {
    case VerdictChange::Kind::kGained:
      return "gained";
    case VerdictChange::Kind::kLost:
      return "lost";
    case VerdictChange::Kind::kUnknown:
      return "unknown";
    case VerdictChange::Kind::kKnown:
      return "known";
  }
  return "";
}

void add(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  text.empty() ? json.null() : json.string(text);
}

void add(JsonWriter& json, std::string_view key, const std::optional<std::string>& text) {
  json.key(key);
  text ? json.string(*text) : json.null();
}

void add_cause(JsonWriter& json, const PackChange& cause) {
  json.begin_object();
  json.key("kind").string(to_string(cause.kind)).key("name").string(cause.name);
  add(json, "before", cause.before);
  add(json, "after", cause.after);
  json.key("words").string(words_of(cause)).end_object();
}

}  // namespace

void write_diff_jsonl(const DiffFacts& facts, TextOutput& out) {
  std::string line;
  for (const VerdictChange& change : facts.compared->changes()) {
    const PolicyDiff& policy = facts.diff.policies[change.policy];
    const bool of_before = change.kind == VerdictChange::Kind::kLost || !policy.judged_after();
    line.clear();
    JsonWriter json(line);
    json.begin_object();
    json.key("change").string(to_string(change.kind)).key("policy").string(policy.any().id);
    json.key("severity").string(to_string((of_before ? policy.before : policy.after)->severity));
    json.key("object").string(change.object);
    add(json, "record_id", change.record_id);
    add(json, "record_name", change.record_name);
    add(json, "owner_id", change.owner_id);
    add(json, "owner", change.owner_name);
    const ChangeCauses causes = causes_of(policy, change);
    json.key("causes").begin_array();
    for (const std::size_t cause : causes.changes) add_cause(json, facts.diff.changes[cause]);
    json.end_array().key("together").boolean(causes.together);
    add(json, "message", change.message);
    add(json, "reason", change.reason);
    json.end_object();
    line += '\n';
    out.write(line);
    if (out.failed()) return;
  }
}

}  // namespace plumbline
