#include "connectors/salesforce/bulk_job.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/json.h"
#include "base/json_stream.h"

namespace plumbline {
namespace {

struct StateName {
  std::string_view text;
  BulkState state;
};
constexpr std::array kStates = {
    StateName{"UploadComplete", BulkState::kWaiting}, StateName{"InProgress", BulkState::kRunning},
    StateName{"JobComplete", BulkState::kComplete},   StateName{"Failed", BulkState::kFailed},
    StateName{"Aborted", BulkState::kAborted},
};

// Levels of brackets, and the last name of the outermost.
class DepthReader : public JsonEvents {
 public:
  bool begin_object() override { return ++depth_ > 0; }
  bool end_object() override { return depth_-- > 0; }
  bool begin_array() override { return ++depth_ > 0; }
  bool end_array() override { return depth_-- > 0; }

 protected:
  int depth() const { return depth_; }

 private:
  int depth_ = 0;
};

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class JobReader : public DepthReader {
 public:
  BulkJob job;

  bool key(std::string_view name) override {
    if (depth() == 1) key_ = name;
    return true;
  }
  bool value(JsonKind, std::string_view text) override {
    if (depth() != 1) return true;
    if (key_ == "id") job.id = text;
    if (key_ == "state") job.state_text = text;
    if (key_ == "numberRecordsProcessed") job.records = whole_number(text);
    if (key_ == "errorMessage" || key_ == "stateMessage") job.error_message = text;
    return true;
  }

 private:
  std::string key_;
};

class PagesReader : public DepthReader {
 public:
  ResultPages pages;
  bool is_one = false;

  bool key(std::string_view name) override {
    key_ = name;
    if (name == "resultPages") is_one = true;
    return true;
  }
  bool value(JsonKind kind, std::string_view text) override {
    if (key_ == "resultUrl" && kind == JsonKind::kString) pages.urls.emplace_back(text);
    if (depth() == 1 && key_ == "nextRecordsUrl" && kind == JsonKind::kString) pages.next_url = text;
    if (depth() == 1 && key_ == "done") pages.done = kind == JsonKind::kTrue;
    return true;
  }

 private:
  std::string key_;
};

constexpr std::string_view kNoMore = "null";

// %XX as the byte it stands for; anything else as it is.
std::string decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned value = 0;
    const char* digits = text.data() + at + 1;
    const bool escaped = text[at] == '%' && at + 2 < text.size() &&
                         std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2;
    bytes += escaped ? static_cast<char>(static_cast<unsigned char>(value)) : text[at];
    if (escaped) at += 2;
  }
  return bytes;
}

}  // namespace

Result<BulkJob> read_bulk_job(std::string_view body) {
  JobReader reader;
  const Status read = read_json_events(body, reader);
  if (!read || reader.job.id.empty() || reader.job.state_text.empty())
    return fail(ErrorCode::kUnavailable, "is no Bulk job: it has no id and state");
  const auto* named = std::ranges::find(kStates, reader.job.state_text, &StateName::text);
  reader.job.state = named == kStates.end() ? BulkState::kUnknown : named->state;
  return std::move(reader.job);
}

std::string bulk_job_request(std::string_view soql) {
  std::string body;
  JsonWriter json(body);
  // queryAll, so that deleted and archived records come too.
  json.begin_object().key("operation").string("queryAll").key("query").string(soql);
  json.key("contentType").string("CSV").key("columnDelimiter").string("COMMA");
  json.key("lineEnding").string("LF").end_object();
  return body;
}

Result<ResultPages> read_result_pages(std::string_view body) {
  PagesReader reader;
  const Status read = read_json_events(body, reader);
  if (!read || !reader.is_one) return fail(ErrorCode::kUnavailable, "is no list of parts of a result");
  if (reader.pages.done) reader.pages.next_url.clear();
  return std::move(reader.pages);
}

ResultHead read_result_head(const HttpHead& head) {
  ResultHead result;
  if (const auto records = head.header("Sforce-NumberOfRecords")) result.records = whole_number(*records);
  const auto locator = head.header("Sforce-Locator");
  if (locator && !locator->empty() && *locator != kNoMore) result.next = std::string(*locator);
  return result;
}

std::chrono::seconds poll_pause(std::size_t asked) {
  constexpr std::array kSeconds = {1, 2, 5, 10, 20, 30};
  return std::chrono::seconds{kSeconds[std::min(asked, kSeconds.size() - 1)]};
}

std::string locator_of(std::string_view url) {
  constexpr std::string_view kName = "locator=";
  std::size_t at = url.find(kName);
  while (at != std::string_view::npos && at > 0 && url[at - 1] != '?' && url[at - 1] != '&')
    at = url.find(kName, at + 1);
  if (at == std::string_view::npos) return {};
  url.remove_prefix(at + kName.size());
  return decoded(url.substr(0, url.find('&')));
}

}  // namespace plumbline
