#include "daemon/cli/written_in.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace plumbline {
namespace {

std::string text_of(const YamlNode& node) {
  std::vector<std::string> parts;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "null";
    case YamlNode::Kind::kScalar:
      return node.text;
    case YamlNode::Kind::kList:
      for (const YamlNode& item : node.items) parts.push_back(text_of(item));
      break;
    case YamlNode::Kind::kMap:
      for (const YamlEntry& entry : node.entries)
        parts.push_back(fmt::format("{}: {}", entry.key, text_of(entry.value)));
      break;
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

PackFiles::PackFiles(const Pack& pack) {
  Diagnostics told;  // when the pack was loaded
  for (const auto& file : pack.files) {
    std::optional<YamlNode> root = parse_yaml(file->text, file->name, told);
    if (!root) continue;
    const YamlNode* const name = root->find("pack");
    std::string written = name == nullptr ? "" : name->text;
    files_.push_back({.pack = std::move(written), .root = *std::move(root)});
  }
}

std::vector<Written> PackFiles::entries(std::string_view section, std::string_view name) const {
  std::vector<Written> written;
  for (const File& file : files_) {
    const YamlNode* const map = file.root.find(section);
    if (map == nullptr) continue;
    for (const YamlEntry& entry : map->entries) {
      if (equal_folded(entry.key, name))
        written.push_back({.value = text_of(entry.value), .pack = file.pack, .where = entry.key_where});
    }
  }
  return written;
}

std::vector<Written> PackFiles::parameter(std::string_view name) const { return entries("parameters", name); }

// An audience is a definition, too.
std::vector<Written> PackFiles::definition(std::string_view name) const {
  std::vector<Written> written = entries("define", name);
  return written.empty() ? entries("audiences", name) : written;
}

std::vector<Written> PackFiles::of_policy(std::string_view id, std::string_view key) const {
  std::vector<Written> written;
  for (const File& file : files_) {
    const YamlNode* const policies = file.root.find("policies");
    if (policies == nullptr) continue;
    for (const YamlNode& policy : policies->items) {
      const YamlNode* const of = policy.find("id");
      if (of == nullptr || of->text != id) continue;
      for (const YamlEntry& entry : policy.entries) {
        if (entry.key == key)
          written.push_back({.value = text_of(entry.value), .pack = file.pack, .where = entry.key_where});
      }
    }
  }
  return written;
}

std::string origin_of(const std::vector<Written>& written) {
  std::string text;
  for (std::size_t i = written.size(); i-- > 0;) {
    const Written& one = written[i];
    const SourceSpan line{.file = one.where.file, .line = one.where.line};
    const std::string place = fmt::format("{}, pack {}", line.to_string(), one.pack);
    text += i + 1 == written.size() ? place : fmt::format("; before, {} in {}", one.value, place);
  }
  return text;
}

}  // namespace plumbline
