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

// A compiler need not take string literals of more than 64 KiB.
constexpr std::size_t kPieceBytes = 16'000;

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

// The text's lines, one a line here, too; a comma ends a piece.
std::string pieces(std::string_view text) {
  std::string result;
  std::size_t bytes = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    if (bytes > 0 && bytes + line.size() > kPieceBytes) {
      result += ",\n";
      bytes = 0;
    }
    result += fmt::format("\n    {}", literal(line));
    bytes += line.size();
    text.remove_prefix(line.size());
  }
  return result;
}

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

void append_nodes(std::string& code, const YamlNode& node, std::string_view key,
                  const SourceSpan& key_where) {
  code += fmt::format("    {{{}, {}, {}, {}, {}, {}, {}, {}}},\n", kind_name(node.kind),
                      style_name(node.style), node.items.size() + node.entries.size(), node.offset,
                      literal(node.text), place(node.where), literal(key), place(key_where));
  for (const YamlNode& item : node.items) append_nodes(code, item, {}, {});
  for (const YamlEntry& entry : node.entries) append_nodes(code, entry.value, entry.key, entry.key_where);
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
      "#include \"policies/shipped_packs.h\"\n\nnamespace plumbline {\nnamespace {\n\n";
  std::string rows;
  for (std::size_t i = 0; i < packs.size(); ++i) {
    const SourcePack& pack = packs[i];
    code += fmt::format("constexpr std::string_view kPieces{}[] = {{{}}};\n\n", i, pieces(pack.text));
    code += fmt::format("constexpr EmbeddedNode kNodes{}[] = {{\n", i);
    append_nodes(code, pack.root, {}, {});
    code += "};\n\n";
    const std::string_view text = pack.text;
    rows += fmt::format("    {{{}, {}, {}, kPieces{}, kNodes{}}},\n", literal(pack.name), literal(pack.file),
                        literal(pack_hash({&text, 1})), i, i);
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
