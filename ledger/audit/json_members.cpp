#include "ledger/audit/json_members.h"

#include <fmt/format.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>

namespace plumbline {
namespace {

constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                            rapidjson::kParseValidateEncodingFlag;

struct Level {
  std::size_t path_bytes = 0;  // of what it lies in
  bool is_list = false;
  std::size_t next = 0;  // place in the list
};

class Collector : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Collector> {
 public:
  std::vector<JsonMember> members;

  bool Null() { return value({}, JsonMember::Kind::kNull); }
  bool Bool(bool truth) { return value(truth ? "true" : "false", JsonMember::Kind::kOther); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return value({text, size}, JsonMember::Kind::kOther);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return value({text, size}, JsonMember::Kind::kText);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    step({text, size});
    return true;
  }
  bool StartObject() { return open(false); }
  bool StartArray() { return open(true); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

 private:
  void step(std::string_view name) {
    path_.resize(levels_.back().path_bytes);
    if (!path_.empty()) path_ += '.';
    path_ += name;
  }
  void step_in_list() {
    if (!levels_.empty() && levels_.back().is_list) step(std::to_string(levels_.back().next++));
  }
  bool value(std::string_view text, JsonMember::Kind kind) {
    step_in_list();
    if (members.size() == kMostMembers) return false;
    members.push_back({.path = path_, .text = std::string(text), .kind = kind});
    return true;
  }
  bool open(bool is_list) {
    step_in_list();
    if (levels_.size() == kMostMemberDepth) return false;
    levels_.push_back({.path_bytes = path_.size(), .is_list = is_list});
    return true;
  }
  bool close() {
    path_.resize(levels_.back().path_bytes);
    levels_.pop_back();
    return true;
  }

  std::string path_;
  std::vector<Level> levels_;
};

}  // namespace

Result<std::vector<JsonMember>> json_members(std::string_view document) {
  Collector collector;
  rapidjson::MemoryStream stream(document.data(), document.size());
  rapidjson::Reader reader;
  if (reader.Parse<kFlags>(stream, collector).IsError()) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("this is no JSON, or more of it than is read, at byte {}", reader.GetErrorOffset()));
  }
  return std::move(collector.members);
}

const JsonMember* find_member(const std::vector<JsonMember>& members, std::string_view path) {
  const auto found = std::ranges::find(members, path, &JsonMember::path);
  return found == members.end() ? nullptr : &*found;
}

}  // namespace plumbline
