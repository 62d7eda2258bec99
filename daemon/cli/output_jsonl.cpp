#include <algorithm>

#include "base/json.h"
#include "daemon/cli/verdict_writer.h"

namespace plumbline {
namespace {

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

void write_value(JsonWriter& json, const EvidenceValue& value) {
  std::visit(Overloaded{
                 [&](NullValue) { json.null(); },
                 // Not null, and no text that could be mistaken for a value of the record.
                 [&](UnknownValue) { json.begin_object().key("unknown").boolean(true).end_object(); },
                 [&](bool truth) { json.boolean(truth); },
                 [&](double number) { json.number(number); },
                 [&](Money money) { json.raw(format_money(money)); },
                 [&](Day day) { json.string(format_day(day)); },
                 [&](Instant instant) { json.string(format_instant(instant)); },
                 [&](const std::string& text) { json.string(text); },
             },
             value);
}

class JsonlWriter : public VerdictWriter {
 public:
  JsonlWriter(TextOutput& out, const RecordLinks& links) : out_(out), links_(links) {}

  void write(const Verdict& verdict) override {
    line_.clear();
    JsonWriter json(line_);
    const bool unknown = verdict.status == VerdictStatus::kUnknown;
    json.begin_object().key("status").string(unknown ? "unknown" : "violated");
    write_identity(json, verdict);
    json.key("as_of").string(format_instant(verdict.as_of));
    write_evidence(json, verdict.evidence);
    text_or_null(json, "message", verdict.message);
    text_or_null(json, "remedy", verdict.remedy);
    text_or_null(json, "source", verdict.source);
    text_or_null(json, "link", links_.link(verdict.object, verdict.record_id).value_or(""));
    if (unknown) json.key("reason").string(verdict.reason);
    json.end_object();
    line_ += '\n';
    out_.write(line_);
  }

  void end() override {}

 private:
  static void text_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    if (text.empty()) {
      json.null();
    } else {
      json.string(text);
    }
  }

  static void write_identity(JsonWriter& json, const Verdict& verdict) {
    json.key("policy").string(verdict.policy).key("pack").string(verdict.pack);
    json.key("pack_hash").string(verdict.pack_hash).key("severity").string(to_string(verdict.severity));
    json.key("object").string(verdict.object);
    text_or_null(json, "record_id", verdict.record_id);
    text_or_null(json, "record_name", verdict.record_name);
    text_or_null(json, "owner_id", verdict.owner_id);
    text_or_null(json, "owner_name", verdict.owner_name);
  }

  // A name that a pack gives may be a field's as well; a JSON object has each key once.
  static void write_evidence(JsonWriter& json, const std::vector<EvidenceItem>& evidence) {
    json.key("evidence").begin_object();
    for (auto item = evidence.begin(); item != evidence.end(); ++item) {
      const bool told = std::any_of(evidence.begin(), item,
                                    [&](const EvidenceItem& before) { return before.name == item->name; });
      if (told) continue;
      json.key(item->name);
      write_value(json, item->value);
    }
    json.end_object();
  }

  TextOutput& out_;
  const RecordLinks& links_;
  std::string line_;
};

}  // namespace

std::unique_ptr<VerdictWriter> jsonl_writer(TextOutput& out, const RecordLinks& links) {
  return std::make_unique<JsonlWriter>(out, links);
}

}  // namespace plumbline
