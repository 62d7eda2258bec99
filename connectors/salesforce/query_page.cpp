#include "connectors/salesforce/query_page.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "records/schema.h"

namespace plumbline {
namespace {

constexpr int kPageDepth = 1;
constexpr int kRecordsDepth = 2;
constexpr int kRecordDepth = 3;

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

QueryPageReader::QueryPageReader(std::string cursor, OnRecord on_record)
    : stream_(*this), cursor_(std::move(cursor)), on_record_(std::move(on_record)) {}

bool QueryPageReader::begin_object() {
  ++depth_;
  if (depth_ == kRecordDepth && in_records_) {
    id_.clear();
    stamp_.clear();
  }
  return true;
}

bool QueryPageReader::end_object() {
  if (depth_ == kRecordDepth && in_records_) end_record();
  --depth_;
  return true;
}

bool QueryPageReader::begin_array() {
  ++depth_;
  if (depth_ == kRecordsDepth) in_records_ = key_ == "records";
  return true;
}

bool QueryPageReader::end_array() {
  if (depth_ == kRecordsDepth) in_records_ = false;
  --depth_;
  return true;
}

bool QueryPageReader::key(std::string_view name) {
  if (depth_ == kPageDepth) key_ = name;
  if (depth_ != kRecordDepth || !in_records_) return true;
  wanted_ = Wanted::kNothing;
  if (same_name(name, "Id")) wanted_ = Wanted::kId;
  if (!cursor_.empty() && same_name(name, cursor_)) wanted_ = Wanted::kStamp;
  return true;
}

bool QueryPageReader::value(JsonKind kind, std::string_view text) {
  if (depth_ == kPageDepth) take_page_value(kind, text);
  if (depth_ != kRecordDepth || !in_records_ || kind != JsonKind::kString) return true;
  if (wanted_ == Wanted::kId) id_ = text;
  if (wanted_ == Wanted::kStamp) stamp_ = text;
  return true;
}

void QueryPageReader::take_page_value(JsonKind kind, std::string_view text) {
  if (key_ == "done" && (kind == JsonKind::kTrue || kind == JsonKind::kFalse)) {
    page_.done = kind == JsonKind::kTrue;
    said_done_ = true;
  }
  if (key_ == "nextRecordsUrl" && kind == JsonKind::kString) page_.next_url = text;
  if (key_ == "totalSize" && kind == JsonKind::kNumber) {
    const std::optional<std::uint64_t> total = whole_number(text);
    said_total_ = total.has_value();
    page_.total = total.value_or(0);
  }
}

void QueryPageReader::end_record() {
  // Stamps are written alike, so that their texts compare as they do.
  if (page_.records > 0 && stamp_ < page_.last_stamp) page_.in_order = false;
  if (page_.records == 0) page_.first_stamp = stamp_;
  ++page_.records;
  page_.last_id = id_;
  page_.last_stamp = stamp_;
  if (on_record_) on_record_(id_, stamp_);
}

Result<QueryPage> QueryPageReader::take() {
  if (Status finished = stream_.finish(); !finished) {
    finished.error().code = ErrorCode::kUnavailable;
    return fail(std::move(finished.error()));
  }
  if (!said_done_ || !said_total_)
    return fail(ErrorCode::kUnavailable, "is no page of a result: it does not say totalSize and done");
  if (!page_.done && page_.next_url.empty())
    return fail(ErrorCode::kUnavailable, "is a page that has a next one and does not say where");
  if (page_.done) page_.next_url.clear();
  return std::move(page_);
}

Result<std::uint64_t> read_count(std::string_view body) {
  QueryPageReader reader({});
  if (Status pushed = reader.push(body); !pushed) return fail(std::move(pushed.error()));
  const Result<QueryPage> page = reader.take();
  if (!page) return fail(page.error());
  return page->total;
}

}  // namespace plumbline
