#include <array>
#include <cstring>

#include "base/json.h"
#include "daemon/cli/line_batch.h"
#include "daemon/cli/verdict_writer.h"
#include "policies/evidence_json.h"

namespace plumbline {
namespace {

// What is the same in every line of a policy, escaped already.
struct PolicyText {
  std::string violated;   // from the brace to the object, of a violated verdict
  std::string unknown;    // of an unknown one
  std::string source;     // from its key to the link's
  std::string before_id;  // of a link, with its opening quote; empty where there are no links
};

std::string json_text(std::string_view text) {
  std::string json;
  JsonWriter(json).string(text);
  return json;
}

std::string opening(std::string_view status, const PolicyFacts& facts) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("status").string(status);
  json.key("policy").string(facts.policy).key("pack").string(facts.pack);
  json.key("pack_hash").string(facts.pack_hash).key("severity").string(to_string(facts.severity));
  json.key("object").string(facts.object);
  return line;
}

PolicyText render(const PolicyFacts& facts, const RecordLinks& links) {
  PolicyText text{.violated = opening("violated", facts),
                  .unknown = opening("unknown", facts),
                  .source = R"(,"source":)",
                  .before_id = {}};
  text.source += facts.source.empty() ? "null" : json_text(facts.source);
  text.source += R"(,"link":)";
  if (const std::string before = links.before_id(facts.object); !before.empty()) {
    text.before_id = json_text(before);
    text.before_id.pop_back();
  }
  return text;
}

char* write_text_or_null(char* out, std::string_view text) {
  return text.empty() ? copy_text(out, "null") : write_json_text(out, text);
}

class JsonlBatch : public LineBatch {
 public:
  explicit JsonlBatch(const std::vector<PolicyText>& policies) : policies_(policies) {}

  void add(const VerdictView& verdict) override {
    const PolicyText& policy = policies_[verdict.policy];
    add_line(room_for(verdict, policy), [&](char* out) { return write_line(out, verdict, policy); });
  }

 private:
  static std::size_t room_for(const VerdictView& verdict, const PolicyText& policy) {
    constexpr std::size_t kKeysRoom = 512;  // all keys and what goes with them, the moment too
    std::size_t room = kKeysRoom + policy.violated.size() + policy.source.size() + policy.before_id.size();
    for (const std::string_view text :
         {verdict.record_id, verdict.record_name, verdict.owner_id, verdict.owner_name, verdict.message,
          verdict.remedy, verdict.reason}) {
      room += json_text_room(text.size());
    }
    return room + json_text_room(verdict.record_id.size()) + evidence_json_room(verdict.evidence);
  }

  char* write_line(char* out, const VerdictView& verdict, const PolicyText& policy) {
    const bool unknown = verdict.status == VerdictStatus::kUnknown;
    out = copy_text(out, unknown ? policy.unknown : policy.violated);
    const auto add_text = [&](std::string_view key, std::string_view text) {
      out = write_text_or_null(copy_text(out, key), text);
    };
    add_text(R"(,"record_id":)", verdict.record_id);
    add_text(R"(,"record_name":)", verdict.record_name);
    add_text(R"(,"owner_id":)", verdict.owner_id);
    add_text(R"(,"owner_name":)", verdict.owner_name);
    out = copy_text(out, R"(,"as_of":")");
    out = copy_text(out, as_of_.of(verdict.as_of));
    out = write_evidence_json(copy_text(out, R"(","evidence":)"), verdict.evidence);
    add_text(R"(,"message":)", verdict.message);
    add_text(R"(,"remedy":)", verdict.remedy);
    out = write_link(copy_text(out, policy.source), policy, verdict.record_id);
    if (unknown) out = write_json_text(copy_text(out, R"(,"reason":)"), verdict.reason);
    return copy_text(out, "}\n");
  }

  static char* write_link(char* out, const PolicyText& policy, std::string_view record_id) {
    const std::string_view id =
        policy.before_id.empty() ? std::string_view{} : RecordLinks::linked_id(record_id);
    if (id.empty()) return copy_text(out, "null");
    out = copy_text(copy_text(out, policy.before_id), id);
    out = copy_text(out, RecordLinks::kBehindId);
    *out++ = '"';
    return out;
  }

  const std::vector<PolicyText>& policies_;
  InstantText as_of_;
};

class JsonlWriter : public VerdictWriter {
 public:
  JsonlWriter(TextOutput& out, const RecordLinks& links) : out_(out), links_(links) {}

  void begin(std::span<const PolicyFacts> policies) override {
    for (const PolicyFacts& facts : policies) policies_.push_back(render(facts, links_));
  }
  std::unique_ptr<VerdictBatch> make_batch() override { return std::make_unique<JsonlBatch>(policies_); }
  SinkAnswer take(VerdictBatch& batch) override { return static_cast<LineBatch&>(batch).write_to(out_); }
  void end() override {}

 private:
  TextOutput& out_;
  const RecordLinks& links_;
  std::vector<PolicyText> policies_;  // not changed once the first batch is made
};

}  // namespace

std::unique_ptr<VerdictWriter> jsonl_writer(TextOutput& out, const RecordLinks& links) {
  return std::make_unique<JsonlWriter>(out, links);
}

}  // namespace plumbline
