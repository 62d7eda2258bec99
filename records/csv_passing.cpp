#include "records/csv_passing.h"

#include <immintrin.h>

#include <algorithm>

namespace plumbline {
namespace {

// The thread that has its turn is done in a tenth of a millisecond, mostly less; to sleep and to be woken
// takes as long.
constexpr unsigned kLooksBeforeSleep = 4000;

}  // namespace

CsvPassing::CsvPassing(CsvParts parts) : parts_(std::move(parts)) {
  for (const CsvItem& item : parts_.items)
    pieces_ += (parts_.parts[item.part].stamp.bytes - item.offset) / kItemBytes + 1;
}

Status CsvPassing::next(std::size_t number, CsvText& text) {
  for (unsigned look = 0; look < kLooksBeforeSleep && turn_ != number && !failed_; ++look) _mm_pause();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return turn_ == number || failed_; });
  text.text.clear();
  text.map.records.clear();
  if (failed_) return {};
  // Whoever waits must go on, also where an exception ends this.
  struct Turn {
    CsvPassing& passing;
    bool ended = false;
    ~Turn() {
      passing.failed_ = !ended;
      ++passing.turn_;
      passing.changed_.notify_all();
    }
  } turn{*this};
  Status read = tidy_ ? read_piece(text) : Status{};
  turn.ended = read.has_value();
  return read;
}

Status CsvPassing::read_piece(CsvText& text) {
  if (item_ == parts_.items.size()) return {};
  if (!file_) {
    if (Status opened = open_part(); !opened) return opened;
  }
  text.part = parts_.items[item_].part;
  text.text.swap(carry_);
  carry_.clear();
  std::size_t bytes = kItemBytes;
  while (true) {
    const Result<bool> more = append(text.text, bytes);
    if (!more) return fail(more.error());
    if (!*more && !text.text.empty() && text.text.back() != '\n' && text.text.back() != '\r')
      text.text += '\n';
    CsvScanner scanner(parts_.parts[text.part].delimiter);
    scanner.map(text.text, text.map);
    if (text.map.has_nul) {
      tidy_ = false;
      text.text.clear();
      text.map.records.clear();
      return {};
    }
    if (!*more && scanner.in_quotes()) tidy_ = false;
    if (!*more || !text.map.records.empty()) break;
    if (text.text.size() > kMaxRecordBytes) {
      tidy_ = false;
      break;
    }
    bytes = text.text.size();
  }
  cut_behind_last_record(text);
  return {};
}

Status CsvPassing::open_part() {
  const CsvItem& item = parts_.items[item_];
  const CsvPart& part = parts_.parts[item.part];
  Result<InputFile> opened = InputFile::open(part.path, part.name);
  if (!opened) return fail(std::move(opened.error()));
  file_ = std::make_unique<InputFile>(std::move(*opened));
  offset_ = item.offset;
  line_ = item.place.line;
  return {};
}

// Answers whether there may be more behind. A line end of two bytes is not parted.
Result<bool> CsvPassing::append(std::string& text, std::size_t bytes) {
  const std::size_t before = text.size();
  Result<std::string_view> read = std::string_view{};
  text.resize_and_overwrite(before + bytes + 1, [&](char* data, std::size_t) {
    read = file_->read_at(offset_, {data + before, bytes});
    if (read && read->size() == bytes && data[before + bytes - 1] == '\r')
      read = file_->read_at(offset_, {data + before, bytes + 1});
    return before + (read ? read->size() : 0);
  });
  if (!read) return fail(std::move(read.error()));
  offset_ += read->size();
  if (read->size() >= bytes) return true;
  const Result<FileStamp> stamp = file_->stamp();
  if (!stamp) return fail(stamp.error());
  if (*stamp != parts_.parts[parts_.items[item_].part].stamp) tidy_ = false;
  end_part();
  return false;
}

void CsvPassing::end_part() {
  file_.reset();
  ++item_;
}

void CsvPassing::cut_behind_last_record(CsvText& text) {
  text.first_line = line_;
  for (const CsvMappedRecord& record : text.map.records) line_ += 1 + record.quoted_lines;
  std::size_t end = 0;
  if (!text.map.records.empty()) {
    end = text.map.records.back().end + std::size_t{1};
    if (text.text[end - 1] == '\r' && end < text.text.size() && text.text[end] == '\n') ++end;
  }
  if (file_) carry_.assign(text.text, end);
  text.text.resize(end);
}

void CsvPassing::add(PassedRows passed) {
  const std::lock_guard lock(mutex_);
  passed_.push_back(std::move(passed));
}

CsvPassing::Outcome CsvPassing::outcome() {
  Outcome outcome;
  std::vector<std::pair<std::size_t, OwnerMisses>> misses;
  std::vector<SeenIds> ids;
  for (PassedRows& passed : passed_) {
    outcome.rows += passed.rows;
    std::ranges::move(passed.missed_owners, std::back_inserter(misses));
    ids.push_back(std::move(passed.ids));
  }
  passed_.clear();
  std::ranges::sort(misses, {}, &std::pair<std::size_t, OwnerMisses>::first);
  for (const auto& [piece, missed] : misses) outcome.missed_owners.add(missed);
  // A file that has grown meanwhile may not have been read to its end.
  const bool all_read = item_ == parts_.items.size();
  outcome.tidy = tidy_ && all_read && !SeenIds::any_twice(ids);
  return outcome;
}

}  // namespace plumbline
