#include "connectors/exports/file_check.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/json_stream.h"
#include "records/csv.h"

namespace plumbline {
namespace {

using Format = DeliveredFile::Format;

// Nothing of the cells is wanted, but a reader wants to be asked for something.
class HeaderAlone : public RowSink {
 public:
  std::vector<std::string> columns{};
  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override {
    columns.assign(names.begin(), names.end());
    return std::vector<std::uint32_t>{0};
  }
  void on_rows(const RowBatch&) override {}
  void on_reject(const RowReject&) override {}
};

Error about_file(Error error) {
  return {.code = error.code,
          .message = fmt::format("the file cannot be read as CSV: {}", error.to_string()),
          .where = std::nullopt};
}

class CsvCheck : public FileCheck {
 public:
  Status push(std::string_view piece) override {
    has_bytes_ = has_bytes_ || !piece.empty();
    if (Status fed = parser_.feed(piece); !fed) return fail(about_file(fed.error()));
    return {};
  }
  Result<FileFacts> finish() override {
    if (!has_bytes_) {
      return fail(ErrorCode::kUnavailable,
                  "the file is empty, without even a header; whoever writes it has failed or is not done");
    }
    if (Status finished = parser_.finish(); !finished) return fail(about_file(finished.error()));
    return FileFacts{.columns = std::move(header_.columns),
                     .rows = parser_.stats().rows,
                     .rejects = parser_.stats().rejects};
  }

 private:
  HeaderAlone header_;
  CsvParser parser_{{.file = {}, .delimiter = std::nullopt}, header_};
  bool has_bytes_ = false;
};

// Records stand in a list that is the document, or is named "records", perhaps within "result".
class JsonCheck : public FileCheck, private JsonEvents {
 public:
  Status push(std::string_view piece) override {
    if (Status read = stream_.push(piece); !read) return fail(as_told(read.error()));
    return {};
  }
  Result<FileFacts> finish() override {
    if (Status finished = stream_.finish(); !finished) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("the file breaks off: it {}", finished.error().message));
    }
    if (!has_list_) {
      return fail(ErrorCode::kInvalidInput,
                  "the file holds no list of records; read are [{...}, ...] and {\"records\": [{...}, ...]}");
    }
    if (is_one_page_) {
      return fail(ErrorCode::kInvalidInput,
                  "the file is one page of several (\"done\": false); give an address that answers with all");
    }
    facts_.columns.assign(columns_.begin(), columns_.end());
    return std::move(facts_);
  }

 private:
  enum class Level : std::uint8_t { kPage, kList, kRecord, kOther };

  static Error as_told(const Error& error) {
    return {.code = ErrorCode::kInvalidInput,
            .message = fmt::format("the file {}", error.message),
            .where = std::nullopt};
  }

  Level level() const { return levels_.empty() ? Level::kOther : levels_.back(); }

  bool begin_object() override {
    const bool is_result = level() == Level::kPage && key_ == "result";
    if (levels_.empty() || is_result) {
      levels_.push_back(Level::kPage);
    } else if (level() == Level::kList) {
      ++facts_.rows;
      levels_.push_back(Level::kRecord);
    } else {
      levels_.push_back(Level::kOther);
    }
    return true;
  }
  bool begin_array() override {
    const bool is_named = level() == Level::kPage && (key_ == "records" || key_ == "result");
    const bool is_list = levels_.empty() || is_named;
    has_list_ = has_list_ || is_list;
    levels_.push_back(is_list ? Level::kList : Level::kOther);
    return true;
  }
  bool end_object() override {
    levels_.pop_back();
    return true;
  }
  bool end_array() override {
    levels_.pop_back();
    return true;
  }
  bool key(std::string_view name) override {
    key_ = name;
    return true;
  }
  bool value(JsonKind kind, std::string_view) override {
    if (level() == Level::kPage && key_ == "done" && kind == JsonKind::kFalse) is_one_page_ = true;
    if (level() == Level::kList) ++facts_.rejects;
    if (level() != Level::kRecord || columns_.size() >= kMaxColumns) return true;
    if (!columns_.contains(key_)) columns_.insert(key_);
    return true;
  }

  JsonStream stream_{*this};
  std::vector<Level> levels_;
  std::string key_;
  std::set<std::string> columns_;
  FileFacts facts_;
  bool has_list_ = false;
  bool is_one_page_ = false;
};

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

bool begins_with_word(std::string_view text, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, {}, lower);
}

}  // namespace

std::unique_ptr<FileCheck> make_file_check(Format format) {
  if (format == Format::kJson) return std::make_unique<JsonCheck>();
  return std::make_unique<CsvCheck>();
}

Status check_beginning(std::string_view first_bytes, Format format) {
  const std::string_view text = without_mark(first_bytes);
  if (text.empty()) return {};
  if (begins_with_word(text, "<?xml") || begins_with_word(text, "<error")) {
    return fail(ErrorCode::kUnavailable,
                "the file is XML and no export; storage services say so what is wrong, and an address that "
                "was signed in advance may have expired");
  }
  if (text.front() == '<') {
    return fail(ErrorCode::kUnavailable,
                "the file is a page for a browser (HTML), most likely a login or an error; check the address "
                "and what it is asked with");
  }
  const bool is_json = text.front() == '{' || text.front() == '[';
  if (format == Format::kJson && !is_json) {
    return fail(ErrorCode::kInvalidInput,
                "the file is no JSON, as it was expected to be; check the address, or say format: csv");
  }
  if (format == Format::kCsv && is_json) {
    return fail(ErrorCode::kInvalidInput,
                "the file is JSON where CSV was expected: an error of the server, or say format: json");
  }
  return {};
}

}  // namespace plumbline
