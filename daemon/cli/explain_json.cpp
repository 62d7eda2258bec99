#include "base/json.h"
#include "daemon/cli/condition_tree.h"
#include "daemon/cli/explain.h"

namespace plumbline {
namespace {

std::string_view kind_of(PartKind kind) {
  switch (kind) {
    case PartKind::kAll:
      return "and";
    case PartKind::kAny:
      return "or";
    case PartKind::kNot:
      return "not";
    case PartKind::kCondition:
      return "condition";
    case PartKind::kDefinition:
      return "definition";
    case PartKind::kRelated:
      return "related";
    case PartKind::kValue:
      return "value";
    case PartKind::kField:
      return "field";
    case PartKind::kParameter:
      return "parameter";
    case PartKind::kDays:
      return "days";
  }
  return "";
}

void text_or_null(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  if (text.empty()) {
    json.null();
  } else {
    json.string(text);
  }
}

// Conditions nest as deep as the language allows, and definitions within them; JSON is written for readers
// that stop earlier.
constexpr std::size_t kMostNesting = 24;

void write_part(JsonWriter& json, const PartTrace& trace, std::size_t depth) {
  const TracedPart& part = *trace.part;
  json.begin_object().key("kind").string(kind_of(part.kind)).key("text").string(part.text);
  if (part.is_boolean && !part.of_rows) {
    json.key("truth").string(word_of(trace.truth));
  } else if (!part.of_rows) {
    text_or_null(json, "value", trace.value);
  }
  if (trace.is_unknown) json.key("reason").string(trace.reason);
  if (!trace.remedy.empty()) json.key("needs").string(trace.remedy);
  if (trace.matching) json.key("matching_rows").integer(*trace.matching);
  if (trace.related) json.key("related_rows").integer(*trace.related);
  json.key("decides").boolean(trace.decides);
  if (!trace.parts.empty() && depth < kMostNesting) {
    json.key("parts").begin_array();
    for (const PartTrace& inner : trace.parts) write_part(json, inner, depth + 1);
    json.end_array();
  }
  json.end_object();
}

void write_needs(JsonWriter& json, const std::vector<std::string>& needs) {
  json.key("needs").begin_array();
  for (const std::string& need : needs) json.string(need);
  json.end_array();
}

void write_policy(JsonWriter& json, const Pack& pack, const Policy& policy) {
  json.key("policy").string(policy.id).key("pack").string(policy.pack).key("pack_hash").string(pack.hash);
  json.key("severity").string(to_string(policy.severity));
}

void write_explained(JsonWriter& json, const ExplainedRecord& record, const ExplainedPolicy& told) {
  json.begin_object();
  json.key("outcome").string(told.outcome ? word_of(*told.outcome) : "not judged");
  write_policy(json, *told.pack, *told.policy->policy);
  json.key("object").string(record.object);
  text_or_null(json, "record_id", record.id);
  text_or_null(json, "record_name", record.name);
  if (told.plan) {
    json.key("as_of").string(format_instant(told.trace.time.now));
    json.key("zone").string(told.trace.time.zone.name());
    json.key("judged_when");
    if (told.trace.judged_when) {
      write_part(json, *told.trace.judged_when, 0);
    } else {
      json.null();
    }
    json.key("violated_when");
    write_part(json, told.trace.violated_when, 0);
  }
  text_or_null(json, "message", told.verdict ? told.verdict->message : "");
  text_or_null(json, "remedy", told.verdict ? told.verdict->remedy : "");
  text_or_null(json, "reason", told.verdict ? told.verdict->reason : "");
  write_needs(json, told.needs);
  json.end_object();
}

void write_tally(JsonWriter& json, const TalliedPolicy& tallied) {
  json.begin_object();
  write_policy(json, *tallied.pack, *tallied.policy->policy);
  json.key("object").string(tallied.object).key("records").integer(tallied.records);
  json.key("violated").integer(tallied.violated).key("unknown").integer(tallied.unknown);
  json.key("not_violated").integer(tallied.not_violated).key("out_of_scope").integer(tallied.out_of_scope);
  json.key("decided").begin_array();
  for (const TalliedReason& reason : tallied.reasons) {
    json.begin_object().key("outcome").string(word_of(reason.outcome)).key("why").string(reason.why);
    json.key("records").integer(reason.records);
    text_or_null(json, "first_id", reason.first_id);
    json.end_object();
  }
  json.end_array();
  write_needs(json, tallied.needs);
  json.end_object();
}

}  // namespace

std::string explain_lines(const ExplainedRecord& record) {
  std::string lines;
  for (const ExplainedPolicy& policy : record.policies) {
    JsonWriter json(lines);
    write_explained(json, record, policy);
    lines += '\n';
  }
  return lines;
}

std::string tally_lines(const std::vector<TalliedPolicy>& policies) {
  std::string lines;
  for (const TalliedPolicy& policy : policies) {
    JsonWriter json(lines);
    write_tally(json, policy);
    lines += '\n';
  }
  return lines;
}

}  // namespace plumbline
