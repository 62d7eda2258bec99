// Examples as the YAML says them. Names of fields and types of values are the schema's business:
// examples.cpp.
#include <fmt/format.h>

#include <array>

#include "base/time.h"
#include "policies/load_pack_impl.h"

namespace plumbline {
namespace {

using namespace std::string_view_literals;

constexpr std::array kExampleKeys = {"given"sv, "related"sv, "history"sv, "absent"sv,
                                     "zone"sv,  "as_of"sv,   "violated"sv};

class ExampleReader {
 public:
  explicit ExampleReader(PackReader& reader) : reader_(reader) {}

  ReadExample read(const YamlNode& node) {
    Example& example = result_.example;
    example.where = node.where;
    if (!reader_.is_map(node, "an example")) return std::move(result_);
    reader_.check_keys(node, "an example", kExampleKeys);
    if (const YamlNode* value = node.find("given")) example.given = read_row(*value, "`given`");
    if (const YamlNode* value = node.find("related")) read_related(*value);
    if (const YamlNode* value = node.find("history")) example.history = read_rows(*value, "`history`");
    if (const YamlNode* value = node.find("absent")) read_absent(*value);
    if (const YamlNode* value = node.find("zone"))
      example.zone = reader_.zone(*value, "the example's `zone`").value_or("");
    read_moment(node);
    read_expected(node);
    return std::move(result_);
  }

 private:
  ExampleRow read_row(const YamlNode& node, std::string_view what) {
    ExampleRow row;
    if (!reader_.is_map(node, what)) return row;
    for (const YamlEntry& entry : node.entries) {
      if (entry.value.is_list() || entry.value.is_map()) {
        reader_.error(
            "PB142", entry.value.where,
            fmt::format("`{}` holds one value, not a list or a map; related records stand under `related`",
                        entry.key));
        continue;
      }
      row.push_back({.field = entry.key,
                     .null = entry.value.is_null(),
                     .text = entry.value.text,
                     .where = entry.value.where,
                     .field_where = entry.key_where});
    }
    return row;
  }

  std::vector<ExampleRow> read_rows(const YamlNode& node, std::string_view what) {
    std::vector<ExampleRow> rows;
    if (!reader_.is_list(node, what)) return rows;
    rows_ += node.items.size();
    if (rows_ > kMaxRowsInExample) {
      reader_.error("PB157", node.where,
                    fmt::format("an example has at most {} related records and changes", kMaxRowsInExample));
      return rows;
    }
    for (const YamlNode& item : node.items) rows.push_back(read_row(item, "a record"));
    return rows;
  }

  void read_related(const YamlNode& node) {
    if (!reader_.is_map(node, "`related`")) return;
    for (const YamlEntry& entry : node.entries) {
      result_.example.related.emplace_back(entry.key, read_rows(entry.value, fmt::format("`{}`", entry.key)));
      result_.example.related_where.push_back(entry.key_where);
    }
  }

  void read_absent(const YamlNode& node) {
    if (!reader_.is_list(node, "`absent`")) return;
    for (const YamlNode& item : node.items) {
      auto name = reader_.text(item, "an absent field");
      if (!name) continue;
      result_.example.absent.push_back(std::move(*name));
      result_.example.absent_where.push_back(item.where);
    }
  }

  void read_moment(const YamlNode& node) {
    const YamlNode* value = node.find("as_of");
    if (value == nullptr) {
      reader_.error("PB141", node.where,
                    "the example lacks `as_of`, the moment it is judged at: as_of: 2022-04-23");
      return;
    }
    auto text = reader_.text(*value, "`as_of`");
    if (!text) return;
    if (parse_day(*text) || parse_instant(*text)) {
      result_.example.as_of = std::move(*text);
    } else {
      reader_.error(
          "PB162", value->where,
          fmt::format("`{}` is neither a day (2022-04-23) nor a moment with its zone (2022-04-23T09:00:00Z)",
                      *text));
    }
  }

  void read_expected(const YamlNode& node) {
    constexpr std::array kWords = {"true"sv, "false"sv, "unknown"sv};
    constexpr std::array kVerdicts = {ExpectedVerdict::kViolated, ExpectedVerdict::kPasses,
                                      ExpectedVerdict::kUnknown};
    const YamlNode* value = node.find("violated");
    if (value == nullptr) {
      reader_.error("PB141", node.where, "the example lacks `violated`: true, false or unknown");
      return;
    }
    if (const auto chosen = reader_.choice(*value, "`violated`", kWords)) {
      result_.expected = kVerdicts[*chosen];
      result_.example.expected = *result_.expected;
    }
  }

  PackReader& reader_;
  ReadExample result_;
  std::size_t rows_ = 0;
};

}  // namespace

std::span<const std::string_view> example_keys() { return kExampleKeys; }

ReadExample read_example(PackReader& reader, const YamlNode& node) {
  return ExampleReader(reader).read(node);
}

}  // namespace plumbline
