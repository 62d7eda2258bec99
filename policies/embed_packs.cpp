// A program of the build: reads packs and writes a C++ file that holds them, so that the finished program
// need not read their YAML again each time it starts.
//   embed_packs OUTPUT PACK.yaml...
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "policies/shipped_packs.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

std::string literal(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
    } else if (static_cast<unsigned char>(c) < ' ') {
      result += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
  }
  return result + '"';
}

// The text's lines, one a line here, too.
std::string lines(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    result += fmt::format("\n    {}", literal(line));
    text.remove_prefix(line.size());
  }
  return result;
}

// Collects what nodes say, each text once.
class Words {
 public:
  std::string place(std::string_view text) {
    const auto [known, is_new] = places_.try_emplace(std::string(text), all_.size());
    if (is_new) all_ += text;
    return fmt::format("{{{}, {}}}", known->second, text.size());
  }

  std::string_view all() const { return all_; }

 private:
  std::string all_;
  std::map<std::string, std::size_t> places_;
};

void leave_out_what_judges_nothing(YamlNode& pack) {
  std::erase_if(pack.entries, [](const YamlEntry& entry) { return entry.key == "reminders"; });
  for (YamlEntry& entry : pack.entries) {
    if (entry.key != "policies") continue;
    for (YamlNode& policy : entry.value.items)
      std::erase_if(policy.entries, [](const YamlEntry& part) { return part.key == "examples"; });
  }
}

std::string place(const SourceSpan& where) {
  return fmt::format("{{{}, {}, {}}}", where.line, where.column, where.length);
}

std::string kind_name(YamlNode::Kind kind) {
  constexpr std::array kNames = {"kNull", "kScalar", "kList", "kMap"};
  return fmt::format("YamlNode::Kind::{}", kNames.at(static_cast<std::size_t>(kind)));
}

std::string style_name(ScalarStyle style) {
  constexpr std::array kNames = {"kPlain", "kQuoted", "kBlock"};
  return fmt::format("ScalarStyle::{}", kNames.at(static_cast<std::size_t>(style)));
}

void append_nodes(std::string& code, Words& words, const YamlNode& node, std::string_view key,
                  const SourceSpan& key_where) {
  code += fmt::format("    {{{}, {}, {}, {}, {}, {}, {}, {}}},\n", kind_name(node.kind),
                      style_name(node.style), node.items.size() + node.entries.size(), node.offset,
                      words.place(node.text), place(node.where), words.place(key), place(key_where));
  for (const YamlNode& item : node.items) append_nodes(code, words, item, {}, {});
  for (const YamlEntry& entry : node.entries)
    append_nodes(code, words, entry.value, entry.key, entry.key_where);
}

struct SourcePack {
  std::string name;
  std::string file;
  std::string text;
  YamlNode root;
};

// Empty where it has been told why not.
std::optional<SourcePack> read(const fs::path& path) {
  SourcePack pack{.name = path.stem(), .file = path.filename(), .text = {}, .root = {}};
  std::ifstream in(path, std::ios::binary);
  pack.text.assign(std::istreambuf_iterator<char>(in), {});
  if (!in) {
    fmt::print(stderr, "cannot read {}\n", path.string());
    return std::nullopt;
  }
  Diagnostics diagnostics;
  auto root = parse_yaml(pack.text, pack.file, diagnostics);
  fmt::print(stderr, "{}", render_all(diagnostics, pack.text));
  if (!root || diagnostics.has_errors()) return std::nullopt;
  pack.root = *std::move(root);
  leave_out_what_judges_nothing(pack.root);
  return pack;
}

std::string code_of(const std::vector<SourcePack>& packs) {
  std::string code =
      "// Made by policies/embed_packs.cpp from policies/packs/*.yaml.\n"
      "#include \"policies/shipped_packs.h\"\n\n"
      // Compilers need not take string literals of more than 64 KiB; ours do.
      "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n"
      "namespace plumbline {\nnamespace {\n\n";
  std::string rows;
  for (std::size_t i = 0; i < packs.size(); ++i) {
    const SourcePack& pack = packs[i];
    code += fmt::format("constexpr std::string_view kText{} = {};\n\n", i, lines(pack.text));
    Words words;
    code += fmt::format("constexpr EmbeddedNode kNodes{}[] = {{\n", i);
    append_nodes(code, words, pack.root, {}, {});
    code += "};\n\n";
    code += fmt::format("constexpr std::string_view kWords{} = {};\n\n", i, lines(words.all()));
    const std::string_view text = pack.text;
    const BegunDigest begun = begin_pack_hash(text);
    rows += fmt::format("    {{{}, {}, {}, {{{{{}}}, {}}}, kText{}, kWords{}, kNodes{}}},\n",
                        literal(pack.name), literal(pack.file), literal(pack_hash({&text, 1})),
                        fmt::join(begun.words, ", "), begun.bytes, i, i, i);
  }
  return code + fmt::format(
                    "constexpr EmbeddedPack kPacks[] = {{\n{}}};\n\n}}  // namespace\n\n"
                    "std::span<const EmbeddedPack> embedded_packs() {{ return kPacks; }}\n\n"
                    "}}  // namespace plumbline\n",
                    rows);
}

int embed(const fs::path& output, std::vector<fs::path> paths) {
  std::ranges::sort(paths);
  std::vector<SourcePack> packs;
  for (const fs::path& path : paths) {
    auto pack = read(path);
    if (!pack) return 1;
    packs.push_back(*std::move(pack));
  }
  std::ofstream out(output, std::ios::binary);
  out << code_of(packs) << std::flush;
  if (out) return 0;
  fmt::print(stderr, "cannot write {}\n", output.string());
  return 1;
}

}  // namespace
}  // namespace plumbline

int main(int count, char** words) {
  const std::vector<std::filesystem::path> paths(words + 1, words + count);
  if (paths.size() < 2) {
    fmt::print(stderr, "usage: embed_packs OUTPUT PACK.yaml...\n");
    return 2;
  }
  return plumbline::embed(paths.front(), {paths.begin() + 1, paths.end()});
}
