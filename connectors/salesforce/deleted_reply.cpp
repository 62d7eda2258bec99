#include "connectors/salesforce/deleted_reply.h"

#include <utility>

#include <fmt/format.h>

#include "base/json_stream.h"
#include "connectors/salesforce/soql.h"

namespace plumbline {
namespace {

class Reader : public JsonEvents {
 public:
  DeletedReply reply;
  bool is_one = false;

  bool begin_object() override {
    record_ = {};
    return true;
  }
  bool end_object() override {
    if (!record_.id.empty()) reply.records.push_back(std::move(record_));
    record_ = {};
    return true;
  }
  bool key(std::string_view name) override {
    key_ = name;
    if (name == "deletedRecords") is_one = true;
    return true;
  }
  bool value(JsonKind kind, std::string_view text) override {
    if (kind != JsonKind::kString) return true;
    if (key_ == "id") record_.id = text;
    if (key_ == "deletedDate") record_.at = parse_instant(text).value_or(Instant{});
    if (key_ == "earliestDateAvailable") reply.earliest = parse_instant(text);
    if (key_ == "latestDateCovered") reply.covered = parse_instant(text);
    return true;
  }

 private:
  std::string key_;
  DeletedReply::Record record_{};
};

// 2024-01-01T00:00:00+00:00, as this call wants it.
std::string moment(Instant instant) {
  std::string text = format_instant(instant);
  text.pop_back();
  return text + "+00:00";
}

}  // namespace

Result<DeletedReply> read_deleted(std::string_view body) {
  Reader reader;
  const Status read = read_json_events(body, reader);
  if (!read || !reader.is_one) return fail(ErrorCode::kUnavailable, "is no list of deleted records");
  return std::move(reader.reply);
}

std::string deleted_address(std::string_view object, Instant from, Instant to) {
  return fmt::format("sobjects/{}/deleted/?start={}&end={}", object, url_encode(moment(from)),
                     url_encode(moment(to)));
}

}  // namespace plumbline
