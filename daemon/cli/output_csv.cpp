#include <fmt/format.h>

#include "daemon/cli/csv_text.h"
#include "daemon/cli/verdict_writer.h"

namespace plumbline {
namespace {

constexpr std::string_view kHeader =
    "status,policy,pack,pack_hash,severity,object,record_id,record_name,owner_id,owner_name,as_of,evidence,"
    "message,"
    "remedy,source,link,reason\n";

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

std::string text_of(const EvidenceValue& value) {
  return std::visit(Overloaded{
                        [](NullValue) { return std::string(); },
                        [](UnknownValue) { return std::string("(unknown)"); },
                        [](bool truth) { return std::string(truth ? "true" : "false"); },
                        [](double number) { return fmt::format("{}", number); },
                        [](Money money) { return format_money(money); },
                        [](Day day) { return format_day(day); },
                        [](Instant instant) { return format_instant(instant); },
                        [](const std::string& text) { return text; },
                    },
                    value);
}

std::string text_of(const std::vector<EvidenceItem>& evidence) {
  std::string text;
  for (const EvidenceItem& item : evidence) {
    text += fmt::format("{}{}={}", text.empty() ? "" : "; ", item.name, text_of(item.value));
  }
  return text;
}

class CsvWriter : public VerdictWriter {
 public:
  CsvWriter(TextOutput& out, const RecordLinks& links) : out_(out), links_(links) { out_.write(kHeader); }

  void write(const Verdict& verdict) override {
    line_.clear();
    add(verdict.status == VerdictStatus::kUnknown ? "unknown" : "violated");
    add(verdict.policy);
    add(verdict.pack);
    add(verdict.pack_hash);
    add(to_string(verdict.severity));
    add(verdict.object);
    add(verdict.record_id);
    add(verdict.record_name);
    add(verdict.owner_id);
    add(verdict.owner_name);
    add(format_instant(verdict.as_of));
    add(text_of(verdict.evidence));
    add(verdict.message);
    add(verdict.remedy);
    add(verdict.source);
    add(links_.link(verdict.object, verdict.record_id).value_or(""));
    add(verdict.reason);
    line_.back() = '\n';
    out_.write(line_);
  }

  void end() override {}

 private:
  void add(std::string_view text) { line_ += csv_cell(text) + ','; }

  TextOutput& out_;
  const RecordLinks& links_;
  std::string line_;
};

}  // namespace

std::unique_ptr<VerdictWriter> csv_writer(TextOutput& out, const RecordLinks& links) {
  return std::make_unique<CsvWriter>(out, links);
}

}  // namespace plumbline
