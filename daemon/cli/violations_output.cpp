#include "daemon/cli/violations_output.h"

#include <fmt/format.h>

#include "base/json.h"
#include "daemon/cli/csv_text.h"

namespace plumbline {
namespace {

std::string moment_or_empty(const std::optional<Instant>& moment) {
  return moment ? format_instant(*moment) : std::string();
}

void add_text_or_null(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  if (text.empty()) {
    json.null();
  } else {
    json.string(text);
  }
}

}  // namespace

std::string violation_jsonl(const ListedViolation& listed) {
  const Violation& violation = listed.violation;
  const ViolationFacts& facts = violation.facts;
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("violation").string(violation_name(facts.number));
  json.key("state").string(to_string(facts.state)).key("policy").string(facts.policy);
  json.key("pack").string(facts.pack).key("severity").string(to_string(facts.severity));
  json.key("object").string(facts.object).key("record_id").string(facts.record);
  add_text_or_null(json, "record_name", facts.record_name);
  add_text_or_null(json, "owner_id", facts.owner);
  add_text_or_null(json, "owner_name", facts.owner_name);
  add_text_or_null(json, "opened_by_owner_id", violation.first_owner);
  json.key("opened_at").string(format_instant(facts.opened_at));
  json.key("changed_at").string(format_instant(violation.changed_at));
  add_text_or_null(json, "closed_at", moment_or_empty(violation.closed_at));
  add_text_or_null(json, "unknown_since", moment_or_empty(violation.unknown_since));
  add_text_or_null(json, "unknown_reason", violation.unknown_reason);
  json.key("times_opened").integer(violation.times_opened);
  add_text_or_null(json, "waiver", listed.waiver == nullptr ? "" : waiver_name(listed.waiver->number));
  add_text_or_null(json, "waived_until",
                   listed.waiver == nullptr ? "" : format_instant(listed.waiver->until));
  json.key("evidence").raw(violation.evidence.empty() ? "{}" : violation.evidence);
  json.key("message").string(violation.message).key("remedy").string(violation.remedy);
  json.end_object();
  return line += '\n';
}

std::string violations_csv_header() {
  return "violation,state,policy,pack,severity,object,record_id,record_name,owner_id,owner_name,opened_at,"
         "changed_at,closed_at,unknown_since,times_opened,waiver,waived_until,message,remedy,evidence\n";
}

std::string violation_csv(const ListedViolation& listed) {
  const Violation& violation = listed.violation;
  const ViolationFacts& facts = violation.facts;
  const std::array cells{violation_name(facts.number),
                         std::string(to_string(facts.state)),
                         facts.policy,
                         facts.pack,
                         std::string(to_string(facts.severity)),
                         facts.object,
                         facts.record,
                         facts.record_name,
                         facts.owner,
                         facts.owner_name,
                         format_instant(facts.opened_at),
                         format_instant(violation.changed_at),
                         moment_or_empty(violation.closed_at),
                         moment_or_empty(violation.unknown_since),
                         std::to_string(violation.times_opened),
                         listed.waiver == nullptr ? std::string() : waiver_name(listed.waiver->number),
                         listed.waiver == nullptr ? std::string() : format_instant(listed.waiver->until),
                         violation.message,
                         violation.remedy,
                         violation.evidence};
  std::string line;
  for (const std::string& cell : cells) {
    if (!line.empty()) line += ',';
    line += csv_cell(cell);
  }
  return line += '\n';
}

}  // namespace plumbline
