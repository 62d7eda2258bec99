#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "base/utf8.h"

namespace plumbline {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr std::string_view kNotClosed =
    "a quoted text is not closed; put the closing quote, and double a quote within it";

constexpr std::string_view kNoReferences =
    "YAML anchors and aliases (& and *) are not allowed; write the value itself, or put quotes around a text "
    "that "
    "begins with such a character";
constexpr std::string_view kNoTags =
    "YAML tags (!) are not allowed; put quotes around a text that begins with an exclamation mark";
constexpr std::string_view kBlockHeader =
    "a text that begins with | or > needs quotes; for a block of lines, begin the text on the next line";
constexpr std::string_view kTextBehindValue =
    "this stands behind a closed quote or bracket; put quotes around the whole value";

constexpr bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }
constexpr bool is_break(char byte) { return byte == '\n' || byte == '\r'; }
constexpr bool is_white(char byte) { return is_blank(byte) || is_break(byte); }

// Thrown by our own handler once a fault makes the rest of the document not worth reading; never leaves this
// file.
struct Abandoned {};

// Bytes from a quote to its partner, both included; empty where it has none.
std::optional<std::size_t> quoted_length(std::string_view rest) {
  const char quote = rest.front();
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (quote == '"' && rest[i] == '\\') {
      ++i;
    } else if (rest[i] == quote) {
      if (quote == '"' || !rest.substr(i + 1).starts_with(quote)) return i + 1;
      ++i;
    }
  }
  return std::nullopt;
}

// yaml-cpp turns the escapes \N and \_ into bare bytes, which are not UTF-8. The document is, so every stray
// byte of a scalar is one of these.
std::string repaired(const std::string& value) {
  std::string_view rest = value;
  std::string out;
  for (std::size_t stray = first_invalid_utf8(rest); stray < rest.size(); stray = first_invalid_utf8(rest)) {
    out += rest.substr(0, stray);
    append_utf8(out, static_cast<unsigned char>(rest[stray]));
    rest.remove_prefix(stray + 1);
  }
  return out.append(rest);
}

ScalarStyle style_at(std::string_view rest, std::string_view tag) {
  // yaml-cpp marks every scalar that is not plain with the tag "!".
  if (tag != "!" || rest.empty()) return ScalarStyle::kPlain;
  return rest.front() == '|' || rest.front() == '>' ? ScalarStyle::kBlock : ScalarStyle::kQuoted;
}

// Whether a node begins with a tag or an anchor instead of its value.
bool has_properties(std::string_view rest) { return rest.starts_with('!') || rest.starts_with('&'); }

// Bytes of the scalar on its first line.
std::size_t first_line_length(std::string_view rest, ScalarStyle style, std::string_view text) {
  const std::string_view line = trim(rest.substr(0, rest.find_first_of("\r\n")));
  switch (style) {
    case ScalarStyle::kPlain:
      return rest.starts_with(text) ? text.size() : line.size();
    case ScalarStyle::kQuoted:
      return std::min(quoted_length(rest).value_or(rest.size()), line.size());
    case ScalarStyle::kBlock:
      return 1;
  }
  return 1;
}

// Turns the library's marks, which count from 0 and know nothing of a byte order mark, into our places.
class Places {
 public:
  Places(std::string_view document, std::string_view file)
      : document_(document),
        file_(file),
        skipped_(document.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0) {}

  std::string_view body() const { return document_.substr(skipped_); }

  std::size_t offset(const YAML::Mark& mark) const {
    return mark.pos < 0 ? 0 : std::min(document_.size(), static_cast<std::size_t>(mark.pos) + skipped_);
  }

  std::string_view before(const YAML::Mark& mark) const { return document_.substr(0, offset(mark)); }
  std::string_view rest(const YAML::Mark& mark) const { return document_.substr(offset(mark)); }

  SourceSpan span(const YAML::Mark& mark, std::size_t length = 1) const {
    if (mark.is_null()) return whole_file();
    const std::size_t before = mark.line == 0 ? skipped_ : 0;
    return {.file = file_,
            .line = static_cast<std::uint32_t>(mark.line) + 1,
            .column = static_cast<std::uint32_t>(static_cast<std::size_t>(mark.column) + before) + 1,
            .length = static_cast<std::uint32_t>(std::max<std::size_t>(length, 1))};
  }

  SourceSpan span_at(std::size_t offset) const {
    const std::string_view before = document_.substr(0, offset);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    return {.file = file_,
            .line = static_cast<std::uint32_t>(std::ranges::count(before, '\n')) + 1,
            .column = static_cast<std::uint32_t>(offset - line_begin) + 1};
  }

  SourceSpan whole_file() const { return {.file = file_}; }

 private:
  std::string_view document_;
  std::string file_;
  std::size_t skipped_;
};

// Builds the tree from the library's events. A stack of open lists and maps; a finished one is moved into its
// parent.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Places& places, Diagnostics& diagnostics) : places_(places), diagnostics_(diagnostics) {
    root_.where = places.whole_file();
  }

  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    if (places_.rest(mark).starts_with("---")) {
      abandon("PB103", places_.span(mark, 3),
              "a second document begins here; a file holds one, put it into its own");
    }
    abandon("PB100", places_.span(mark), "this stands behind the end of the document; check its indentation");
  }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (anchor != 0) refuse(mark, kNoReferences);
    if (key_is_due()) {
      abandon("PB100", places_.span(mark),
              "a key is missing here, or is the word null; put a key in quotes before the :");
    }
    attach(null_node(mark));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, kNoReferences);
    if (key_is_due()) throw Abandoned{};
    attach(null_node(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_properties(mark, tag, anchor);
    const std::string_view rest = places_.rest(mark);
    const ScalarStyle style = style_at(rest, tag);
    // The library takes the end of the file for the closing quote where a line break stands before it.
    if (style == ScalarStyle::kQuoted && !has_properties(rest) && !quoted_length(rest)) {
      abandon("PB100", places_.span(mark), std::string(kNotClosed));
    }
    SourceSpan where = places_.span(mark, first_line_length(rest, style, value));
    if (key_is_due()) {
      set_key(repaired(value), std::move(where));
      return;
    }
    YamlNode node = node_at(YamlNode::Kind::kScalar, mark);
    node.where = std::move(where);
    node.style = style;
    node.text = repaired(value);
    attach(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_properties(mark, tag, anchor);
    open(YamlNode::Kind::kList, mark);
  }

  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_properties(mark, tag, anchor);
    open(YamlNode::Kind::kMap, mark);
  }

  void OnMapEnd() override { close(); }

 private:
  struct PendingKey {
    std::string text;
    SourceSpan where;
    bool repeated = false;
  };

  struct Frame {
    YamlNode node;
    std::optional<PendingKey> key{};                             // of a map, once read
    std::unordered_map<std::string, std::uint32_t> key_lines{};  // every key so far
  };

  bool key_is_due() const {
    return !frames_.empty() && frames_.back().node.is_map() && !frames_.back().key.has_value();
  }

  [[noreturn]] void abandon(std::string code, SourceSpan where, std::string message) {
    diagnostics_.error(std::move(code), std::move(where), std::move(message));
    throw Abandoned{};
  }

  void refuse(const YAML::Mark& mark, std::string_view why) {
    diagnostics_.error("PB102", places_.span(mark), std::string(why));
  }

  void refuse_properties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) refuse(mark, kNoReferences);
    // "?" and "!" are what the library says of values without a tag; `! text` is one with a tag all the same.
    const bool tagged = !tag.empty() && tag != "?" && tag != "!";
    if (tagged || places_.rest(mark).starts_with('!')) refuse(mark, kNoTags);
  }

  YamlNode node_at(YamlNode::Kind kind, const YAML::Mark& mark) const {
    YamlNode node;
    node.kind = kind;
    node.where = places_.span(mark);
    node.offset = places_.offset(mark);
    return node;
  }

  // The mark of an absent value is that of whatever comes next, maybe lines below; its key is the better
  // place.
  YamlNode null_node(const YAML::Mark& mark) const {
    YamlNode node = node_at(YamlNode::Kind::kNull, mark);
    const std::string_view rest = places_.rest(mark);
    const bool written = rest.starts_with('~') || equal_folded(rest.substr(0, 4), "null");
    if (!written && !frames_.empty() && frames_.back().key) node.where = frames_.back().key->where;
    return node;
  }

  void set_key(const std::string& key, SourceSpan where) {
    Frame& frame = frames_.back();
    const auto [first, is_new] = frame.key_lines.try_emplace(key, where.line);
    if (!is_new) {
      diagnostics_.error(
          "PB101", where,
          fmt::format("the key {} stands here again, first on line {}; keep one", key, first->second));
    }
    frame.key = PendingKey{.text = key, .where = std::move(where), .repeated = !is_new};
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark) {
    if (key_is_due()) {
      abandon("PB100", places_.span(mark),
              "a key must be a text, not a list or a map; close the bracket, or write a word before the :");
    }
    if (frames_.size() == kMaxYamlDepth) {
      abandon("PB104", places_.span(mark),
              fmt::format("lists and maps are nested deeper than {} levels here; make it flatter",
                          kMaxYamlDepth));
    }
    frames_.push_back({.node = node_at(kind, mark)});
  }

  void close() {
    YamlNode node = std::move(frames_.back().node);
    frames_.pop_back();
    attach(std::move(node));
  }

  void attach(YamlNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.is_list()) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    if (!frame.key->repeated) {
      frame.node.entries.push_back({.key = std::move(frame.key->text),
                                    .key_where = std::move(frame.key->where),
                                    .value = std::move(node)});
    }
    frame.key.reset();
  }

  const Places& places_;
  Diagnostics& diagnostics_;
  YamlNode root_;
  std::vector<Frame> frames_;
  int documents_ = 0;
};

// The library's words for a fault (how its message begins) and ours.
struct Explanation {
  std::string_view theirs;
  std::string_view code;
  std::string_view ours;
};

const auto& explanations() {
  static const std::array kTable = std::to_array<Explanation>({
      {YAML::ErrorMsg::END_OF_MAP, "PB100",
       "a key was expected here; give it the same indentation as the keys above"},
      {YAML::ErrorMsg::END_OF_MAP_FLOW, "PB100", "a comma or the closing } was expected"},
      {YAML::ErrorMsg::END_OF_SEQ, "PB100",
       "a list item (- ) was expected here; give it the same indentation as those above"},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW, "PB100", "a comma or the closing ] was expected"},
      {YAML::ErrorMsg::MAP_VALUE, "PB100",
       "no value can begin here; put quotes around a text that holds a colon and a space, and check the "
       "indentation"},
      {YAML::ErrorMsg::MAP_KEY, "PB100", "no key can stand here; begin it on a line of its own"},
      {YAML::ErrorMsg::BLOCK_ENTRY, "PB100", "no list item can stand here; begin it on a line of its own"},
      {YAML::ErrorMsg::FLOW_END, "PB100",
       "this bracket closes nothing; remove it or put quotes around the text"},
      {YAML::ErrorMsg::TAB_IN_INDENTATION, "PB100",
       "a tab stands where spaces were expected; indent with spaces"},
      {YAML::ErrorMsg::UNKNOWN_TOKEN, "PB100", "no text can begin with this character; put quotes around it"},
      {YAML::ErrorMsg::EOF_IN_SCALAR, "PB100", kNotClosed},
      {YAML::ErrorMsg::DOC_IN_SCALAR, "PB100", kNotClosed},
      {YAML::ErrorMsg::CHAR_IN_SCALAR, "PB100",
       "this character cannot stand in a text without quotes; quote the text"},
      {YAML::ErrorMsg::INVALID_ESCAPE, "PB100",
       "this backslash begins no known escape; double it, or use single quotes, which know no escapes"},
      {YAML::ErrorMsg::INVALID_HEX, "PB100", "hexadecimal digits were expected behind \\x, \\u or \\U"},
      {YAML::ErrorMsg::INVALID_UNICODE, "PB100", "this escape names no character"},
      {YAML::ErrorMsg::CHAR_IN_BLOCK, "PB100", kBlockHeader},
      {YAML::ErrorMsg::ZERO_INDENT_IN_BLOCK, "PB100", kBlockHeader},
      {YAML::ErrorMsg::UNKNOWN_ANCHOR, "PB102", kNoReferences},
      {YAML::ErrorMsg::ALIAS_NOT_FOUND, "PB102", kNoReferences},
      {YAML::ErrorMsg::ANCHOR_NOT_FOUND, "PB102", kNoReferences},
      {YAML::ErrorMsg::CHAR_IN_ALIAS, "PB102", kNoReferences},
      {YAML::ErrorMsg::CHAR_IN_ANCHOR, "PB102", kNoReferences},
      {YAML::ErrorMsg::ALIAS_CONTENT, "PB102", kNoReferences},
      {YAML::ErrorMsg::MULTIPLE_ANCHORS, "PB102", kNoReferences},
      {YAML::ErrorMsg::CHAR_IN_TAG_HANDLE, "PB102", kNoTags},
      {YAML::ErrorMsg::TAG_WITH_NO_SUFFIX, "PB102", kNoTags},
      {YAML::ErrorMsg::END_OF_VERBATIM_TAG, "PB102", kNoTags},
      {YAML::ErrorMsg::MULTIPLE_TAGS, "PB102", kNoTags},
  });
  return kTable;
}

// Where the library misses the next key or item in the middle of a line, people forgot quotes.
bool stands_behind_value(const YAML::Exception& fault, const Places& places) {
  if (fault.msg != YAML::ErrorMsg::END_OF_MAP && fault.msg != YAML::ErrorMsg::END_OF_SEQ) return false;
  const std::string_view before = places.before(fault.mark);
  return !trim(before.substr(before.rfind('\n') + 1)).empty();
}

void report_library_fault(const YAML::Exception& fault, const Places& places, Diagnostics& diagnostics) {
  const SourceSpan where = places.span(fault.mark);
  if (stands_behind_value(fault, places)) {
    diagnostics.error("PB100", where, std::string(kTextBehindValue));
    return;
  }
  for (const Explanation& known : explanations()) {
    if (!std::string_view(fault.msg).starts_with(known.theirs)) continue;
    diagnostics.error(std::string(known.code), where, std::string(known.ours));
    return;
  }
  diagnostics.error("PB100", where, "this cannot be read as YAML: " + fault.msg);
}

// First byte that YAML does not allow, or the size. The library would take some of them for the end of the
// file, and zero bytes for UTF-16.
std::size_t first_forbidden(std::string_view text) {
  const auto forbidden = [](char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return (code < 0x20 && !is_white(byte)) || code == 0x7F;
  };
  return static_cast<std::size_t>(std::ranges::find_if(text, forbidden) - text.begin());
}

bool check_bytes(std::string_view text, const Places& places, Diagnostics& diagnostics) {
  if (text.size() > kMaxYamlBytes) {
    diagnostics.error(
        "PB105", places.whole_file(),
        fmt::format("the file has {} bytes, more than {} MiB; split it", text.size(), kMaxYamlBytes >> 20));
    return false;
  }
  const std::size_t invalid = first_invalid_utf8(text);
  const std::size_t forbidden = first_forbidden(text);
  if (std::min(invalid, forbidden) == text.size()) return true;
  diagnostics.error("PB100", places.span_at(std::min(invalid, forbidden)),
                    invalid < forbidden ? "this byte is not UTF-8; save the file as UTF-8"
                                        : "a control character stands here; remove it");
  return false;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto entry = std::ranges::find(entries, key, &YamlEntry::key);
  return entry == entries.end() ? nullptr : &entry->value;
}

std::optional<YamlNode> parse_yaml(std::string_view text, std::string_view file, Diagnostics& diagnostics) {
  const Places places(text, file);
  if (!check_bytes(text, places, diagnostics)) return std::nullopt;
  try {
    std::istringstream stream{std::string(places.body())};
    YAML::Parser parser(stream);
    TreeBuilder builder(places, diagnostics);
    // The second call finds nothing, or the builder refuses what it finds.
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take_root();
  } catch (const Abandoned&) {
    return std::nullopt;  // reported where it was thrown
  } catch (const YAML::DeepRecursion& fault) {
    diagnostics.error("PB104", places.span(fault.mark), "this is nested too deeply; make it flatter");
  } catch (const YAML::Exception& fault) {
    report_library_fault(fault, places, diagnostics);
  }
  return std::nullopt;
}

}  // namespace plumbline
