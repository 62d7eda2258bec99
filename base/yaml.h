// YAML as a tree in which every key and value knows its place, so that later checks can point at it.
//
// A subset on purpose: one document a file, keys are texts and stand once, no anchors, aliases or tags. What
// a plain scalar means (number, date, truth) is the reader's business: here it is its text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace plumbline {

inline constexpr std::size_t kMaxYamlDepth = 32;                    // lists and maps within each other
inline constexpr std::size_t kMaxYamlBytes = std::size_t{1} << 20;  // of one file

enum class ScalarStyle : std::uint8_t {
  kPlain,
  kQuoted,  // 'single' or "double"
  kBlock,   // | or >
};

struct YamlEntry;

struct YamlNode {
  enum class Kind : std::uint8_t {
    kNull,  // nothing, ~ or null, not quoted
    kScalar,
    kList,
    kMap,
  };

  Kind kind = Kind::kNull;
  ScalarStyle style = ScalarStyle::kPlain;  // of a scalar
  std::string text;                         // of a scalar, without quotes, escapes, indentation
  SourceSpan where;  // a scalar's first line; the first character of a list, a map or a block scalar's | or
                     // >; for an absent value the key it belongs to
  std::size_t offset = 0;          // bytes of the document before `where`
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a map, in the order written

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_map() const { return kind == Kind::kMap; }

  // The value of a map's key; null where there is none and for nodes that are not maps. Valid as long as the
  // node.
  const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  SourceSpan key_where;
  YamlNode value;
};

// `file` is only named in places. Faults go to `diagnostics`: PB100 to PB105, see docs/errors.md.
// Empty where the text cannot be read as one document. After PB101 (key given twice: the first stays) and
// PB102 (anchors, tags are passed over; an alias is null) the tree is given all the same, so that all of a
// file's faults can be told at once. An empty document is kNull.
std::optional<YamlNode> parse_yaml(std::string_view text, std::string_view file, Diagnostics& diagnostics);

// The place in the file of `length` bytes at `offset` of a scalar's text: for a fault found by a reader of
// that text. `document` is the text the scalar was parsed from. An offset in or behind the white space at the
// end points just behind the last visible character; a length is cut at the end of the line. Falls back to
// the scalar's own place.
SourceSpan place_in_scalar(std::string_view document, const YamlNode& scalar, std::size_t offset,
                           std::size_t length);

}  // namespace plumbline
