#include "ledger/side_cells.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>

#include "base/json.h"
#include "records/schema.h"

namespace plumbline {
namespace {

class Collector : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Collector> {
 public:
  explicit Collector(std::vector<SideCell>& cells) : cells_(cells) {}

  std::size_t count() const { return count_; }

  bool Default() { return false; }
  bool StartObject() { return std::exchange(depth_, depth_ + 1) == 0; }
  bool EndObject(rapidjson::SizeType) { return true; }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (count_ == cells_.size()) cells_.emplace_back();
    cells_[count_].name.assign(text, length);
    return true;
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ == 0) return false;
    std::optional<std::string>& cell = cells_[count_++].text;
    if (!cell) cell.emplace();
    cell->assign(text, length);
    return true;
  }
  bool Null() {
    if (depth_ == 0) return false;
    cells_[count_++].text.reset();
    return true;
  }

 private:
  std::vector<SideCell>& cells_;
  std::size_t count_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

Status read_side_cells(std::string_view json, std::vector<SideCell>& cells) {
  if (json.empty()) {
    cells.clear();
    return {};
  }
  Collector collector(cells);
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader reader;
  if (!reader.Parse(stream, collector)) {
    return fail(ErrorCode::kCorrupt,
                "the ledger is damaged: what stands beside a record's columns is no JSON object of texts; "
                "restore the newest backup");
  }
  cells.resize(collector.count());
  return {};
}

std::string side_cells_json(const std::vector<SideCell>& cells) {
  std::string text;
  if (cells.empty()) return text;
  JsonWriter json(text);
  json.begin_object();
  for (const SideCell& cell : cells) {
    json.key(cell.name);
    if (cell.text) {
      json.string(*cell.text);
    } else {
      json.null();
    }
  }
  json.end_object();
  return text;
}

const SideCell* find_side_cell(const std::vector<SideCell>& cells, std::string_view name) {
  const auto found =
      std::ranges::find_if(cells, [&](const SideCell& cell) { return same_name(cell.name, name); });
  return found == cells.end() ? nullptr : &*found;
}

}  // namespace plumbline
