// RapidJSON's events, kept as a stack of what each brace opened: an object described, its list of fields, one
// field, the field's picklist, one entry of that. Everything else is passed over.
#include "records/describe.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <optional>
#include <utility>

#include "base/utf8.h"
#include "records/json.h"
#include "records/rows.h"

namespace plumbline {
namespace {

// Iterative: a document of a million brackets must not use up the stack.
constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                            rapidjson::kParseValidateEncodingFlag;

enum class Level : std::uint8_t { kObject, kList, kFields, kField, kReferences, kPicklist, kEntry };

struct Frame {
  Level level = Level::kObject;
  DescribedObject object{};  // of kObject: what is known of it so far
  std::string key{};         // the last one
};

class Reader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Reader> {
 public:
  std::vector<DescribedObject> objects;

  bool Default() { return scalar({}); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return scalar({}); }
  bool Bool(bool value) {
    if (!frames_.empty() && frames_.back().level == Level::kEntry && frames_.back().key == "active")
      active_ = value;
    return scalar({});
  }
  bool String(const char* text, rapidjson::SizeType size, bool) { return scalar({text, size}); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    frames_.back().key.assign(text, size);
    return true;
  }
  bool StartObject() {
    const Level inside = frames_.empty() ? Level::kList : frames_.back().level;
    if (inside == Level::kFields) {
      field_ = {};
      typed_ = false;
      return push(Level::kField);
    }
    if (inside == Level::kPicklist) {
      entry_.clear();
      active_ = true;
      return push(Level::kEntry);
    }
    return push(Level::kObject);
  }
  bool EndObject(rapidjson::SizeType) {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.level == Level::kField) keep_field();
    if (frame.level == Level::kEntry) keep_entry();
    if (frame.level == Level::kObject) keep_object(std::move(frame.object));
    return true;
  }
  bool StartArray() {
    if (frames_.empty()) return push(Level::kList);
    const Frame& frame = frames_.back();
    if (frame.level == Level::kObject && frame.key == "fields") return push(Level::kFields);
    if (frame.level == Level::kField && frame.key == "picklistValues") return push(Level::kPicklist);
    if (frame.level == Level::kField && frame.key == "referenceTo") return push(Level::kReferences);
    return push(Level::kList);
  }
  bool EndArray(rapidjson::SizeType) {
    frames_.pop_back();
    return true;
  }

 private:
  bool push(Level level) {
    if (frames_.size() == kMaxJsonDepth) return false;
    frames_.push_back({.level = level});
    return true;
  }

  bool scalar(std::string_view text) {
    if (frames_.empty()) return true;
    Frame& frame = frames_.back();
    switch (frame.level) {
      case Level::kObject:
        if (frame.key == "name") frame.object.name = text;
        break;
      case Level::kField:
        if (frame.key == "name") field_.name = text;
        if (frame.key == "label") field_.label = text;
        if (frame.key == "type") {
          typed_ = !text.empty();
          field_.told_type = parse_field_type(text);
        }
        break;
      case Level::kReferences:
        field_.told_objects.emplace_back(text);
        break;
      case Level::kEntry:
        if (frame.key == "value") entry_ = text;
        break;
      default:
        break;
    }
    return true;
  }

  void keep_entry() {
    const std::string_view text = trim(entry_);
    if (!active_ || text.empty() || field_.values.size() == kSampledValues) return;
    field_.values.push_back({.text = std::string(text.substr(0, kSampledValueBytes)), .times = 0});
  }

  void keep_field() {
    // The frame of the fields' list is on top, the object's below it.
    std::vector<SampledColumn>& columns = frames_[frames_.size() - 2].object.columns;
    if (typed_ && can_be_named(field_.name) && columns.size() < kMaxColumns)
      columns.push_back(std::move(field_));
  }

  void keep_object(DescribedObject object) {
    if (!object.name.empty() && !object.columns.empty() && objects.size() < kMaxDescribedObjects)
      objects.push_back(std::move(object));
  }

  std::vector<Frame> frames_;
  SampledColumn field_;
  bool typed_ = false;
  std::string entry_;
  bool active_ = true;
};

}  // namespace

std::vector<DescribedObject> read_describe(std::string_view document) {
  constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
  if (document.starts_with(kUtf8Mark)) document.remove_prefix(kUtf8Mark.size());
  rapidjson::MemoryStream stream(document.data(), document.size());
  rapidjson::Reader parser;
  Reader reader;
  const rapidjson::ParseResult parsed = parser.Parse<kFlags>(stream, reader);
  return parsed.IsError() ? std::vector<DescribedObject>{} : std::move(reader.objects);
}

}  // namespace plumbline
