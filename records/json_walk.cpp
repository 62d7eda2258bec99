// Walker turns RapidJSON's events into records. Its frames are the brackets open at the moment, its records
// those begun and not ended.
#include "records/json_walk.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace plumbline {
namespace {

constexpr std::string_view kIdKey = "Id";

// Iterative: a document of a million brackets must not use up the stack. Numbers as text: money is exact.
constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

SourceSpan place_of(std::string_view document, std::size_t offset) {
  const std::string_view before = document.substr(0, std::min(offset, document.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
  const auto bounded = [](std::size_t value) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(value, UINT32_MAX));
  };
  return SourceSpan{.file = {},
                    .line = bounded(static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1),
                    .column = bounded(before.size() - line_start + 1),
                    .length = 1};
}

constexpr std::string_view kTooLarge =
    "the record is larger than 16 MiB; leave out its largest fields when you export it";
constexpr std::string_view kParentTooLate =
    "more than 16 MiB of child records stand before the Id of their parent; name Id first in the query";

enum class Role : std::uint8_t {
  kList,        // an array of records
  kRecord,      // a record, or at the top perhaps a page of records
  kNested,      // an object in a record: a parent, a list of children, or a compound field
  kAttributes,  // type and referenceId of the object it stands in
  kOther,       // passed over; a record keeps its raw text
};

enum class Level : std::uint8_t { kTop, kInner };  // at the top an object may be a page instead of a record

struct Frame {
  Role role = Role::kOther;
  Level level = Level::kInner;
  bool has_attributes = false;
  bool has_records = false;
  std::size_t base = 0;        // where the record's keys begin in the path
  std::size_t prefix = 0;      // where this object's own keys begin
  std::size_t first_cell = 0;  // of its record, when the object began
  std::size_t offset = 0;      // in the document
};

constexpr std::string_view kNoRecords =
    "holds no records. Read are a query page {\"records\": [...]} or a list of such pages, an sfdx tree "
    "file, the "
    "output of `sf data query --json`, a list of records, and one record with attributes or an Id";

class Walker : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Walker> {
 public:
  Walker(std::string_view document, const rapidjson::MemoryStream& stream, JsonTaker& taker)
      : document_(document), stream_(stream), taker_(taker) {}

  std::optional<Error> error;
  bool understood() const { return understood_; }

  bool Default() { return true; }  // number events, which the flags above turn into RawNumber
  bool Null() { return scalar({}, CellState::kNull); }
  bool Bool(bool value) { return scalar(value ? "true" : "false", CellState::kText); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return scalar({text, size}, CellState::kText);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return scalar({text, size}, CellState::kText);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool);
  bool StartObject();
  bool EndObject(rapidjson::SizeType);
  bool StartArray();
  bool EndArray(rapidjson::SizeType) { return end_other(frames_.back()); }

 private:
  bool stop(ErrorCode code, std::string message);
  bool stop_without_records() { return stop(ErrorCode::kNotFound, std::string(kNoRecords)); }
  bool scalar(std::string_view text, CellState state);
  bool push(Frame frame);
  bool push_record(Level level);
  bool add_cell(std::string_view key, std::string_view text, CellState state);
  bool end_nested(const Frame& frame);
  bool end_other(const Frame& frame);
  bool end_record(const Frame& frame);
  bool is_record(const Frame& frame, const JsonRecord& record) const;
  bool deliver(std::unique_ptr<JsonRecord> record);
  bool emit(JsonRecord& record, const JsonRecord* parent);
  bool flush(JsonRecord& record, const JsonRecord* parent);
  std::uint64_t line_here();

  std::string_view path_of(const Frame& frame) const { return std::string_view(path_).substr(frame.base); }
  std::string_view own_key(const Frame& frame) const { return std::string_view(path_).substr(frame.prefix); }
  std::string_view raw_from(std::size_t offset) const {
    return document_.substr(offset, stream_.Tell() + 1 - offset);  // the stream stands on the closing bracket
  }

  std::string_view document_;
  const rapidjson::MemoryStream& stream_;
  JsonTaker& taker_;
  std::string path_;
  std::vector<Frame> frames_;
  std::vector<std::unique_ptr<JsonRecord>> records_;  // those begun and not ended, outermost first
  std::vector<std::unique_ptr<JsonRecord>> spare_;
  std::size_t waiting_bytes_ = 0;
  std::size_t counted_to_ = 0;  // lines are counted up to this offset
  std::uint64_t line_ = 1;
  bool understood_ = false;
};

bool Walker::stop(ErrorCode code, std::string message) {
  if (!error)
    error = Error{.code = code, .message = std::move(message), .where = place_of(document_, stream_.Tell())};
  return false;
}

std::uint64_t Walker::line_here() {
  const std::size_t here = stream_.Tell();
  line_ +=
      static_cast<std::uint64_t>(std::ranges::count(document_.substr(counted_to_, here - counted_to_), '\n'));
  counted_to_ = here;
  return line_;
}

bool Walker::Key(const char* text, rapidjson::SizeType size, bool) {
  const Frame& frame = frames_.back();
  if (frame.role == Role::kOther) return true;
  path_.resize(frame.prefix);
  if (frame.prefix - frame.base + size > kMaxJsonKeyBytes) {
    return stop(
        ErrorCode::kInvalidInput,
        fmt::format("a key is longer than {} bytes; this does not look like a record", kMaxJsonKeyBytes));
  }
  path_.append(text, size);
  return true;
}

bool Walker::scalar(std::string_view text, CellState state) {
  if (frames_.empty()) return true;  // the caller says that there are no records
  const Frame& frame = frames_.back();
  switch (frame.role) {
    case Role::kList:
      return stop_without_records();
    case Role::kOther:
      return true;
    case Role::kRecord:
    case Role::kNested:
      return add_cell(path_of(frame), text, state);
    case Role::kAttributes:
      break;
  }
  if (frames_[frames_.size() - 2].role != Role::kRecord) return true;
  JsonRecord& record = *records_.back();
  if (text.size() > kMaxJsonKeyBytes && own_key(frame) != "url") {
    return stop(ErrorCode::kInvalidInput,
                fmt::format("an attribute is longer than {} bytes", kMaxJsonKeyBytes));
  }
  if (own_key(frame) == "type") record.type = text;
  if (own_key(frame) == "referenceId") record.reference = text;
  return true;
}

bool Walker::push(Frame frame) {
  if (frames_.size() >= kMaxJsonDepth) {
    return stop(
        ErrorCode::kInvalidInput,
        fmt::format("brackets are nested more than {} deep; records are never that deep", kMaxJsonDepth));
  }
  frame.offset = stream_.Tell();
  frame.first_cell = records_.empty() ? 0 : records_.back()->cells.size();
  frames_.push_back(frame);
  return true;
}

bool Walker::push_record(Level level) {
  std::unique_ptr<JsonRecord> record;
  if (spare_.empty()) {
    record = std::make_unique<JsonRecord>();
  } else {
    record = std::move(spare_.back());
    spare_.pop_back();
  }
  record->line = line_here();
  record->offset = stream_.Tell();
  const bool in_list = !frames_.empty() && frames_.back().role == Role::kList;
  if (in_list && frames_.size() >= 2 && frames_[frames_.size() - 2].role == Role::kNested) {
    const Frame& holder = frames_[frames_.size() - 2];
    record->child = true;
    record->relationship = path_.substr(holder.base, holder.prefix - 1 - holder.base);
  }
  const std::size_t start = frames_.empty() ? 0 : path_.size();
  if (!push(Frame{.role = Role::kRecord, .level = level, .base = start, .prefix = start})) return false;
  frames_.back().first_cell = 0;
  records_.push_back(std::move(record));
  return true;
}

bool Walker::StartObject() {
  if (frames_.empty()) return push_record(Level::kTop);
  Frame& frame = frames_.back();
  if (frame.role == Role::kList) return push_record(frame.level);
  if (frame.role == Role::kAttributes || frame.role == Role::kOther) return push(Frame{});
  const std::size_t base = frame.base;
  if (own_key(frame) == "attributes") {
    frame.has_attributes = true;
    return push(Frame{.role = Role::kAttributes, .base = path_.size(), .prefix = path_.size()});
  }
  // {"status": 0, "result": {"records": [...]}}
  if (frame.role == Role::kRecord && frame.level == Level::kTop && own_key(frame) == "result") {
    return push_record(Level::kTop);
  }
  path_ += '.';
  return push(Frame{.role = Role::kNested, .base = base, .prefix = path_.size()});
}

bool Walker::StartArray() {
  if (frames_.empty()) {
    understood_ = true;
    return push(Frame{.role = Role::kList, .level = Level::kTop});
  }
  Frame& frame = frames_.back();
  if (frame.role == Role::kList) return stop_without_records();
  const bool page = frame.role == Role::kRecord && frame.level == Level::kTop;
  const bool children = frame.role == Role::kNested && frames_[frames_.size() - 2].role == Role::kRecord;
  const std::string_view key = frame.role == Role::kOther ? std::string_view{} : own_key(frame);
  if ((page || children) && key == "records") {
    frame.has_records = true;
    return push(Frame{.role = Role::kList});
  }
  if (page && key == "result") {
    frame.has_records = true;
    return push(Frame{.role = Role::kList, .level = Level::kTop});
  }
  return push(Frame{});
}

bool Walker::add_cell(std::string_view key, std::string_view text, CellState state) {
  JsonRecord& record = *records_.back();
  const std::size_t before = record.cells.size();
  record.add(key, text, state);
  const bool added = record.cells.size() > before;
  if (added && same_word(key, kIdKey)) record.id_cell = before;
  return true;
}

bool Walker::EndObject(rapidjson::SizeType) {
  const Frame frame = frames_.back();
  switch (frame.role) {
    case Role::kRecord:
      return end_record(frame);
    case Role::kNested:
      return end_nested(frame);
    default:
      return end_other(frame);
  }
}

bool Walker::end_nested(const Frame& frame) {
  frames_.pop_back();
  path_.resize(frame.prefix - 1);
  if (frame.has_attributes) return true;
  JsonRecord& record = *records_.back();
  record.drop_from(frame.first_cell);
  if (frame.has_records) return true;
  return add_cell(path_of(frames_.back()), raw_from(frame.offset), CellState::kText);
}

bool Walker::end_other(const Frame& ended) {
  const Frame frame = ended;
  frames_.pop_back();
  if (frame.role != Role::kOther || frames_.empty()) return true;
  const Frame& holder = frames_.back();
  if (holder.role != Role::kRecord && holder.role != Role::kNested) return true;
  return add_cell(path_of(holder), raw_from(frame.offset), CellState::kText);
}

// At the top an object may be a page, a wrapper, a settings file: only a list makes a record of any object.
bool Walker::is_record(const Frame& frame, const JsonRecord& record) const {
  if (frame.level == Level::kInner) return true;
  if (frame.has_records) return false;
  const bool in_list = !frames_.empty() && frames_.back().role == Role::kList;
  return in_list || frame.has_attributes || !record.id().empty();
}

bool Walker::end_record(const Frame& frame) {
  frames_.pop_back();
  path_.resize(frame.base);
  std::unique_ptr<JsonRecord> record = std::move(records_.back());
  records_.pop_back();
  if (is_record(frame, *record)) {
    understood_ = true;
    if (record->id().empty() && !record->reference.empty()) {
      record->id_cell = record->cells.size();
      record->by_reference = true;
      record->add(kIdKey, record->reference, CellState::kText);
      if (record->cells.size() == record->id_cell)
        record->id_cell = kNoJsonCell;  // no room left; rejected below
    }
    return flush(*record, record.get()) && deliver(std::move(record));
  }
  if (frame.has_records) {
    understood_ = true;
    // The page stood in {"result": ...}: what holds it is no record either.
    if (!frames_.empty() && frames_.back().role == Role::kRecord) frames_.back().has_records = true;
  }
  const bool flushed = flush(*record, nullptr);
  record->clear();
  spare_.push_back(std::move(record));
  return flushed;
}

// Children are named by their parent, whose Id and type may stand after them.
bool Walker::deliver(std::unique_ptr<JsonRecord> record) {
  bool delivered = true;
  if (!record->child) {
    delivered = emit(*record, nullptr);
  } else if (JsonRecord& parent = *records_.back(); !parent.id().empty() && !parent.type.empty()) {
    delivered = emit(*record, &parent);
  } else if (waiting_bytes_ + record->bytes + sizeof(JsonRecord) > kMaxRecordBytes) {
    if (record->fault.empty()) record->fault = kParentTooLate;
    delivered = emit(*record, nullptr);
  } else {
    waiting_bytes_ += record->bytes + sizeof(JsonRecord);
    parent.waiting.push_back(std::move(record));
    return true;
  }
  record->clear();
  spare_.push_back(std::move(record));
  return delivered;
}

bool Walker::flush(JsonRecord& record, const JsonRecord* parent) {
  for (std::unique_ptr<JsonRecord>& child : record.waiting) {
    waiting_bytes_ -= child->bytes + sizeof(JsonRecord);
    if (!emit(*child, parent)) return false;
  }
  record.waiting.clear();
  return true;
}

// References in sfdx trees are written @AccountRef1; any other text keeps its @.
bool is_reference(std::string_view text) {
  if (text.size() < 2 || text.front() != '@') return false;
  return std::ranges::all_of(text.substr(1), [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool Walker::emit(JsonRecord& record, const JsonRecord* parent) {
  if (!record.reference.empty()) {
    for (JsonCell& cell : record.cells) {
      if (!is_reference(record.text(cell))) continue;
      ++cell.text;
      --cell.text_size;
    }
  }
  const bool named = parent != nullptr && record.child;
  record.object = record.type;
  if (record.type.empty() && named) record.object = fmt::format("{}/{}", parent->type, record.relationship);
  if (named) {
    if (!parent->type.empty()) record.relationship = fmt::format("{}.{}", parent->type, record.relationship);
    record.add(kParentColumn, parent->id(), CellState::kText);
    record.add(kRelationshipColumn, record.relationship, CellState::kText);
  } else {
    record.relationship.clear();
  }
  if (Status taken = taker_.take(record); !taken) {
    error = std::move(taken.error());
    if (!error->where) error->where = place_of(document_, record.offset);
    return false;
  }
  return true;
}

std::string_view fact_of(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "there is more after the end of the document (one record a line is not read; put them into one "
             "list)";
    case rapidjson::kParseErrorObjectMissName:
      return "a key in quotes is missing here (is there a comma too many before it?)";
    case rapidjson::kParseErrorObjectMissColon:
      return "a colon is missing after a key";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a comma or } is missing after a value";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a comma or ] is missing after a value";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "a \\u escape is not that of a character";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "a backslash is followed by a letter that means nothing here";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "the closing quote of a text is missing";
    case rapidjson::kParseErrorStringInvalidEncoding:
      return "a text holds a bare line break or control character";
    case rapidjson::kParseErrorNumberTooBig:
      return "a number is larger than any that can be read";
    case rapidjson::kParseErrorNumberMissFraction:
    case rapidjson::kParseErrorNumberMissExponent:
      return "a number ends too early";
    default:
      return "a value is missing or misspelt here (true, false, null, a number, or a text in double quotes)";
  }
}

Error syntax_error(std::string_view document, const rapidjson::ParseResult& result) {
  const std::size_t offset = std::min(result.Offset(), document.size());
  std::string message;
  if (document.find('\0', offset) == offset) {
    message = "this is not JSON: there is a NUL byte here; save the file as UTF-8 text";
  } else if (document.find_first_not_of(" \t\r\n", offset) == std::string_view::npos) {
    message = "the file ends in the middle of a record or list; it was probably cut short, export it again";
  } else {
    message =
        fmt::format("this is not JSON: {}; export the file again, or mend it here", fact_of(result.Code()));
  }
  return Error{
      .code = ErrorCode::kInvalidInput, .message = std::move(message), .where = place_of(document, offset)};
}

// What can be told from the first bytes, in words that help more than a syntax error would.
Status check_start(std::string_view document) {
  const auto invalid = [](std::string_view message) {
    return fail(Error{.code = ErrorCode::kInvalidInput,
                      .message = std::string(message),
                      .where = SourceSpan{.file = {}, .line = 1, .column = 1, .length = 1}});
  };
  if (document.starts_with("\xFF\xFE") || document.starts_with("\xFE\xFF")) {
    return invalid("is UTF-16 text; save it as UTF-8");
  }
  if (document.size() > kMaxJsonBytes) return invalid("is larger than 4 GiB; export it in several files");
  const std::size_t first = document.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return invalid("is empty; export it again");
  if (document[first] == '<') {
    return invalid("is a web page or XML, not JSON; the download was probably answered by a login page");
  }
  return {};
}

}  // namespace

void JsonRecord::add(std::string_view key, std::string_view text, CellState state) {
  bytes += sizeof(JsonCell) + key.size() + std::min(text.size(), kMaxCellBytes);
  if (bytes > kMaxRecordBytes) {
    fault = kTooLarge;
    return;
  }
  JsonCell cell{.key = buffer.size(), .key_size = key.size(), .state = state};
  buffer += key;
  cell.text = buffer.size();
  if (text.size() > kMaxCellBytes) {
    cell.state = CellState::kTooLong;
    text = text.substr(0, kMaxRawBytes);
  }
  buffer += text;
  // Excel and Salesforce never mean a NUL; the CSV reader drops them as well.
  if (text.find('\0') != std::string_view::npos) {
    nul_bytes += static_cast<std::uint64_t>(std::ranges::count(text, '\0'));
    buffer.erase(std::remove(buffer.begin() + static_cast<std::ptrdiff_t>(cell.text), buffer.end(), '\0'),
                 buffer.end());
  }
  cell.text_size = buffer.size() - cell.text;
  cells.push_back(cell);
}

void JsonRecord::drop_from(std::size_t first_cell) {
  if (cells.size() <= first_cell) return;
  buffer.resize(cells[first_cell].key);
  cells.resize(first_cell);
}

void JsonRecord::clear() {
  for (std::string* text : {&object, &type, &reference, &relationship, &buffer}) text->clear();
  cells.clear();
  waiting.clear();
  id_cell = kNoJsonCell;
  bytes = offset = 0;
  line = nul_bytes = 0;
  fault = {};
  child = by_reference = false;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

Status walk_json(std::string_view document, JsonTaker& taker) {
  if (Status start = check_start(document); !start) return start;
  rapidjson::MemoryStream stream(document.data(), document.size());
  Walker walker(document, stream, taker);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, walker);
  if (walker.error) return fail(std::move(*walker.error));
  if (result.IsError()) return fail(syntax_error(document, result));
  // RapidJSON takes a NUL byte for the end.
  if (stream.Tell() < document.size()) {
    return fail(syntax_error(document, {rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell()}));
  }
  if (walker.understood()) return {};
  return fail(Error{.code = ErrorCode::kNotFound,
                    .message = std::string(kNoRecords),
                    .where = SourceSpan{.file = {}, .line = 1, .column = 1, .length = 1}});
}

}  // namespace plumbline
