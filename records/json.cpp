// The two passes over the records of a document: an outline of what is there, and batches of rows.
#include "records/json.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "records/json_walk.h"

namespace plumbline {
namespace {

constexpr std::size_t kBatchRows = 1024;
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;
constexpr std::size_t kNoGuess = static_cast<std::size_t>(-1);
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Keys by number, without regard to case; the first spelling is the one kept.
class KeyNumbers {
 public:
  // `guess`: records mostly repeat the order of the one before, which saves the hashing.
  std::size_t number(std::string_view key, std::size_t guess, std::vector<std::string>& names) {
    if (guess < names.size() && names[guess] == key) return guess;
    const auto [found, is_new] = numbers_.try_emplace(lowered(key), names.size());
    if (is_new) names.emplace_back(key);
    return found->second;
  }
  std::optional<std::size_t> find(std::string_view key) const {
    const auto found = numbers_.find(lowered(key));
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
};

class Outliner : public JsonTaker {
 public:
  std::vector<JsonObjectOutline> objects;

  Status take(const JsonRecord& record) override {
    const std::size_t index = objects_.number(record.object, last_object_, names_);
    last_object_ = index;
    if (index == objects.size()) {
      if (index == kMaxJsonObjects) {
        return fail(ErrorCode::kInvalidInput,
                    fmt::format("holds more than {} kinds of records", kMaxJsonObjects));
      }
      objects.push_back(JsonObjectOutline{.object = record.object});
      keys_.emplace_back();
    }
    JsonObjectOutline& outline = objects[index];
    ++outline.rows;
    if (!record.fault.empty()) return {};
    if (!record.relationship.empty()) add_relationship(outline, record.relationship);
    outline.by_reference = outline.by_reference || record.by_reference;
    std::size_t key = 0;
    for (const JsonCell& cell : record.cells)
      key = keys_[index].number(record.key(cell), key, outline.keys) + 1;
    if (outline.keys.size() <= kMaxColumns) return {};
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("the records have more than {} different keys; export fewer fields", kMaxColumns));
  }

 private:
  static void add_relationship(JsonObjectOutline& outline, const std::string& relationship) {
    if (outline.relationships.size() == kMaxJsonObjects) return;
    if (std::ranges::find(outline.relationships, relationship) != outline.relationships.end()) return;
    outline.relationships.push_back(relationship);
  }

  KeyNumbers objects_;
  std::vector<std::string> names_;
  std::vector<KeyNumbers> keys_;
  std::size_t last_object_ = 0;
};

class RowReader : public JsonTaker {
 public:
  RowReader(const JsonObjectOutline& outline, std::string_view document, RowSink& sink)
      : document_(document), object_(outline.object), names_(outline.keys), sink_(sink) {
    std::vector<std::string> names;
    for (const std::string& key : outline.keys) numbers_.number(key, kNoGuess, names);
  }

  JsonStats stats;

  Status open() {
    Result<std::vector<std::uint32_t>> wanted = sink_.on_header(names_);
    if (!wanted) return fail(std::move(wanted.error()));
    wanted_ = std::move(*wanted);
    if (std::ranges::all_of(wanted_, [&](std::uint32_t index) { return index < names_.size(); })) return {};
    return fail(ErrorCode::kInternal, "a column was asked for that the header does not have");
  }

  Status take(const JsonRecord& record) override {
    if (!same_word(record.object, object_)) return {};
    const RowPlace place{.line = record.line, .record = ++records_};
    if (!record.fault.empty()) {
      ++stats.rejected;
      sink_.on_reject(RowReject{
          .place = place, .reason = record.fault, .raw = document_.substr(record.offset, kMaxRawBytes)});
      return {};
    }
    stats.nul_bytes += record.nul_bytes;
    add_row(record, place);
    if (places_.size() >= kBatchRows || texts_.size() >= kBatchBytes) flush();
    return {};
  }

  void flush() {
    if (places_.empty()) return;
    cells_.clear();
    for (const Piece& piece : pieces_) {
      cells_.push_back(RawCell{std::string_view(texts_).substr(piece.begin, piece.size), piece.state});
    }
    sink_.on_rows(RowBatch{.columns = wanted_.size(), .cells = cells_, .places = places_});
    stats.rows += places_.size();
    pieces_.clear();
    texts_.clear();
    places_.clear();
  }

 private:
  struct Piece {
    std::size_t begin = 0;
    std::size_t size = 0;
    CellState state = CellState::kNull;
  };

  void add_row(const JsonRecord& record, const RowPlace& place) {
    row_.assign(names_.size(), nullptr);
    std::size_t guess = 0;
    for (const JsonCell& cell : record.cells) {
      const std::string_view key = record.key(cell);
      const std::optional<std::size_t> number =
          guess < names_.size() && names_[guess] == key ? std::optional(guess) : numbers_.find(key);
      if (!number) continue;  // cannot be: the outline met this record as well
      row_[*number] = &cell;
      guess = *number + 1;
    }
    for (const std::uint32_t index : wanted_) {
      Piece piece{.begin = texts_.size()};
      if (const JsonCell* cell = row_[index]; cell != nullptr) {
        texts_ += record.text(*cell);
        piece.size = cell->text_size;
        piece.state = cell->state;
      }
      pieces_.push_back(piece);
    }
    places_.push_back(place);
  }

  std::string_view document_;
  std::string_view object_;
  const std::vector<std::string>& names_;
  KeyNumbers numbers_;
  RowSink& sink_;
  std::vector<std::uint32_t> wanted_;
  std::uint64_t records_ = 0;
  std::vector<const JsonCell*> row_;
  std::string texts_;
  std::vector<Piece> pieces_;
  std::vector<RowPlace> places_;
  std::vector<RawCell> cells_;
};

std::string_view without_mark(std::string_view document) {
  if (document.starts_with(kUtf8Mark)) document.remove_prefix(kUtf8Mark.size());
  return document;
}

// [{"errorCode": "INVALID_SESSION_ID", "message": ...}]: an answer somebody saved in place of the records.
bool is_refusal(const JsonObjectOutline& outline) {
  return outline.object.empty() &&
         std::ranges::any_of(outline.keys, [](const std::string& key) { return key == "errorCode"; });
}

}  // namespace

Result<std::vector<JsonObjectOutline>> outline_json(std::string_view document) {
  document = without_mark(document);
  Outliner outliner;
  if (Status walked = walk_json(document, outliner); !walked) return fail(std::move(walked.error()));
  if (outliner.objects.empty()) outliner.objects.emplace_back();
  if (outliner.objects.size() == 1 && is_refusal(outliner.objects.front())) {
    return fail(ErrorCode::kNotFound,
                "is an error answer of Salesforce, not records; look at its message, and export again");
  }
  return std::move(outliner.objects);
}

Result<JsonStats> read_json(std::string_view document, std::string_view object, RowSink& sink) {
  Result<std::vector<JsonObjectOutline>> outlines = outline_json(document);
  if (!outlines) return fail(std::move(outlines.error()));
  const auto outline = std::ranges::find_if(
      *outlines, [&](const JsonObjectOutline& candidate) { return same_word(candidate.object, object); });
  if (outline == outlines->end())
    return fail(ErrorCode::kNotFound, fmt::format("holds no {} records", object));
  document = without_mark(document);
  RowReader rows(*outline, document, sink);
  if (Status opened = rows.open(); !opened) return fail(std::move(opened.error()));
  if (Status walked = walk_json(document, rows); !walked) return fail(std::move(walked.error()));
  rows.flush();
  return rows.stats;
}

}  // namespace plumbline
