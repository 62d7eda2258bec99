#include <fmt/format.h>

#include <cmath>

#include "base/digits.h"
#include "daemon/cli/csv_text.h"
#include "daemon/cli/line_batch.h"
#include "daemon/cli/verdict_writer.h"

namespace plumbline {
namespace {

constexpr std::string_view kHeader =
    "status,policy,pack,pack_hash,severity,object,record_id,record_name,owner_id,owner_name,as_of,evidence,"
    "message,"
    "remedy,source,link,reason\n";

// What is the same in every row of a policy, cells already.
struct PolicyText {
  std::string violated;   // up to the object, of a violated verdict
  std::string unknown;    // of an unknown one
  std::string source;     // with both its commas
  std::string before_id;  // of a link; empty where there are no links
  std::string behind_id;
};

std::string opening(std::string_view status, const PolicyFacts& facts) {
  std::string row;
  for (const std::string_view text :
       {status, std::string_view(facts.policy), std::string_view(facts.pack),
        std::string_view(facts.pack_hash), to_string(facts.severity), std::string_view(facts.object)}) {
    row += csv_cell(text) + ',';
  }
  return row;
}

PolicyText render(const PolicyFacts& facts, const RecordLinks& links) {
  PolicyText text{.violated = opening("violated", facts),
                  .unknown = opening("unknown", facts),
                  .source = ',' + csv_cell(facts.source) + ',',
                  .before_id = {},
                  .behind_id = {}};
  if (const std::string before = links.before_id(facts.object); !before.empty()) {
    // An id is letters and digits, and changes nothing about the cell around it.
    text.before_id = csv_cell(before + std::string(RecordLinks::kBehindId));
    const std::size_t id_at = text.before_id.rfind(RecordLinks::kBehindId);
    text.behind_id = text.before_id.substr(id_at);
    text.before_id.resize(id_at);
  }
  return text;
}

constexpr std::size_t kNumberRoom = 32;
constexpr double kLargestPlainNumber = 1e15;  // beyond, an exponent may be shorter

char* write_number(char* out, double number) {
  const bool whole = std::trunc(number) == number && std::abs(number) < kLargestPlainNumber;
  if (whole && !(number == 0 && std::signbit(number)))
    return write_integer(out, static_cast<std::int64_t>(number));
  return fmt::format_to(out, "{}", number);
}

char* write_value(char* out, const Value& value) {
  if (value.is_null()) return out;
  if (value.is_unknown()) return copy_text(out, "(unknown)");
  switch (value.type) {
    case ValueType::kBoolean:
      return copy_text(out, value.boolean ? "true" : "false");
    case ValueType::kNumber:
      return write_number(out, value.number);
    case ValueType::kMoney:
      return write_money(out, value.money);
    case ValueType::kDate:
      return write_day(out, value.day);
    case ValueType::kDateTime:
      return write_instant(out, value.instant);
    default:
      return copy_text(out, value.text);
  }
}

constexpr std::size_t kValueRoom = 64;  // of any value that is not text, with what separates it
static_assert(kNumberRoom + 3 <= kValueRoom && kInstantRoom + 3 <= kValueRoom &&
              kMoneyRoom + 3 <= kValueRoom);

class CsvBatch : public LineBatch {
 public:
  explicit CsvBatch(const std::vector<PolicyText>& policies) : policies_(policies) {}

  void add(const VerdictView& verdict) override {
    gather_evidence(verdict.evidence);
    const PolicyText& policy = policies_[verdict.policy];
    add_line(room_for(verdict, policy), [&](char* out) { return write_row(out, verdict, policy); });
  }

 private:
  // Name=value; name=value: text that is yet to become one cell.
  void gather_evidence(std::span<const EvidenceView> evidence) {
    std::size_t room = 0;
    for (const EvidenceView& item : evidence) room += item.name.size() + item.value.text.size() + kValueRoom;
    evidence_.resize_and_overwrite(room, [&](char* data, std::size_t) {
      char* out = data;
      for (const EvidenceView& item : evidence) {
        if (out != data) out = copy_text(out, "; ");
        out = copy_text(out, item.name);
        *out++ = '=';
        out = write_value(out, item.value);
      }
      return static_cast<std::size_t>(out - data);
    });
  }

  std::size_t room_for(const VerdictView& verdict, const PolicyText& policy) const {
    constexpr std::size_t kOtherRoom = 64;  // the moment, and commas
    std::size_t room = kOtherRoom + policy.violated.size() + policy.source.size() + policy.before_id.size() +
                       verdict.record_id.size() + policy.behind_id.size();
    for (const std::string_view text :
         {verdict.record_id, verdict.record_name, verdict.owner_id, verdict.owner_name,
          std::string_view(evidence_), verdict.message, verdict.remedy, verdict.reason}) {
      room += csv_cell_room(text.size());
    }
    return room;
  }

  char* write_row(char* out, const VerdictView& verdict, const PolicyText& policy) {
    const bool unknown = verdict.status == VerdictStatus::kUnknown;
    out = copy_text(out, unknown ? policy.unknown : policy.violated);
    for (const std::string_view text :
         {verdict.record_id, verdict.record_name, verdict.owner_id, verdict.owner_name}) {
      out = write_csv_cell(out, text);
      *out++ = ',';
    }
    out = copy_text(out, as_of_.of(verdict.as_of));
    for (const std::string_view text : {std::string_view(evidence_), verdict.message, verdict.remedy}) {
      *out++ = ',';
      out = write_csv_cell(out, text);
    }
    out = copy_text(out, policy.source);
    out = write_link(out, policy, verdict.record_id);
    *out++ = ',';
    out = write_csv_cell(out, verdict.reason);
    *out++ = '\n';
    return out;
  }

  static char* write_link(char* out, const PolicyText& policy, std::string_view record_id) {
    const std::string_view id =
        policy.before_id.empty() ? std::string_view{} : RecordLinks::linked_id(record_id);
    if (id.empty()) return out;
    return copy_text(copy_text(copy_text(out, policy.before_id), id), policy.behind_id);
  }

  const std::vector<PolicyText>& policies_;
  InstantText as_of_;
  std::string evidence_;  // of the verdict at hand
};

class CsvWriter : public VerdictWriter {
 public:
  CsvWriter(TextOutput& out, const RecordLinks& links) : out_(out), links_(links) {}

  void begin(std::span<const PolicyFacts> policies) override {
    out_.write(kHeader);
    for (const PolicyFacts& facts : policies) policies_.push_back(render(facts, links_));
  }
  std::unique_ptr<VerdictBatch> make_batch() override { return std::make_unique<CsvBatch>(policies_); }
  SinkAnswer take(VerdictBatch& batch) override { return static_cast<LineBatch&>(batch).write_to(out_); }
  void end() override {}

 private:
  TextOutput& out_;
  const RecordLinks& links_;
  std::vector<PolicyText> policies_;  // not changed once the first batch is made
};

}  // namespace

std::unique_ptr<VerdictWriter> csv_writer(TextOutput& out, const RecordLinks& links) {
  return std::make_unique<CsvWriter>(out, links);
}

}  // namespace plumbline
