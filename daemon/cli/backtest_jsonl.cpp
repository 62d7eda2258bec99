#include <optional>

#include "base/json.h"
#include "daemon/cli/backtest_output.h"

namespace plumbline {
namespace {

void add(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  text.empty() ? json.null() : json.string(text);
}

void write_spell(const Spell& spell, const PolicyFacts& policy, const Calendar& calendar, JsonWriter& json) {
  json.key("policy").string(policy.policy).key("severity").string(to_string(policy.severity));
  json.key("object").string(policy.object).key("record_id").string(spell.record_id);
  add(json, "record_name", spell.record_name);
  add(json, "owner_id", spell.owner_id);
  add(json, "owner", spell.owner_name);
  json.key("from").string(format_day(spell.from)).key("on_first_day").boolean(spell.on_first_day);
  add(json, "until", spell.until ? format_day(*spell.until) : "");
  json.key("end").string(to_string(spell.end));
  json.key("working_days");
  const std::optional<int> working_days = working_days_of(spell, calendar);
  working_days ? json.integer(*working_days) : json.null();
  json.key("days").integer(spell.days).key("unknown_days").integer(spell.unknown_days);
  add(json, "message", spell.message);
  add(json, "reason", spell.reason);
}

}  // namespace

void write_backtest_jsonl(const BacktestFacts& facts, TextOutput& out) {
  std::string line;
  for (std::size_t pack = 0; pack < facts.packs.size(); ++pack) {
    const Backtest& backtest = facts.replay.packs[pack];
    for (const Spell& spell : backtest.spells()) {
      line.clear();
      JsonWriter json(line);
      json.begin_object();
      json.key("side").string(pack == kDraft ? "draft" : "present");
      json.key("pack").string(facts.packs[pack].pack->name);
      write_spell(spell, backtest.policies()[spell.policy], facts.packs[pack].pack->calendar, json);
      json.end_object();
      line += '\n';
      out.write(line);
      if (out.failed()) return;
    }
  }
}

}  // namespace plumbline
