// What a pack's `audiences:` say, and groups of records wherever one is written.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "policies/load_pack_impl.h"

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 2> kRecordGroupKeys = {"on", "where"};

class AudienceReader {
 public:
  AudienceReader(PackReader& reader, const Inheritance& inherited, Pack& pack)
      : reader_(reader), inherited_(inherited), pack_(pack), inherited_count_(pack.audiences.size()) {}

  // False where the audience cannot be used; the faults are told.
  bool read(const YamlEntry& entry) {
    if (!may_be_called(entry)) return false;
    auto members = read_record_group(reader_, entry.value, fmt::format("the audience `{}`", entry.key));
    if (!members) return false;
    if (!members->where) {
      const bool written = entry.value.find("where") != nullptr;
      if (!written) {
        reader_.error("PB141", entry.key_where,
                      fmt::format("the audience `{}` lacks `where`: the condition its users meet, such as "
                                  "IsActive = true",
                                  entry.key));
      }
      return false;
    }
    keep({.name = entry.key, .members = *std::move(members), .where = entry.key_where, .pack = pack_.name});
    return true;
  }

 private:
  bool may_be_called(const YamlEntry& entry) {
    if (is_own_audience(entry.key)) {
      reader_.error("PB171", entry.key_where,
                    fmt::format("`{}` is an audience of every pack; give yours another name", entry.key));
      return false;
    }
    if (!is_definition_name(entry.key)) {
      reader_.error(
          "PB171", entry.key_where,
          fmt::format("`{}` cannot be used as a word in a condition; the name of an audience has letters, "
                      "digits and underscores, and begins with a letter",
                      entry.key));
      return false;
    }
    const auto first = std::ranges::find_if(
        pack_.audiences, [&](const Audience& other) { return equal_folded(other.name, entry.key); });
    const bool own = first - pack_.audiences.begin() >= static_cast<std::ptrdiff_t>(inherited_count_);
    if (first != pack_.audiences.end() && (own || first->name != entry.key)) {
      reader_.error("PB171", entry.key_where,
                    fmt::format("there is an audience `{}`; upper and lower case are one", first->name));
      return false;
    }
    if (first != pack_.audiences.end() || definition(entry.key) == pack_.definitions.end()) return true;
    reader_.error(
        "PB171", entry.key_where,
        fmt::format("`{}` is defined by {}; give the audience another name", entry.key, inherited_.pack));
    return false;
  }

  std::vector<Definition>::iterator definition(std::string_view name) {
    return std::ranges::find_if(pack_.definitions,
                                [&](const Definition& other) { return equal_folded(other.name, name); });
  }

  // Its name is a word of conditions, too.
  void keep(Audience audience) {
    Definition word{.name = audience.name, .text = *audience.members.where};
    const auto known = std::ranges::find(pack_.audiences, audience.name, &Audience::name);
    if (known == pack_.audiences.end()) {
      pack_.definitions.push_back(std::move(word));
      pack_.audiences.push_back(std::move(audience));
    } else {
      *definition(audience.name) = std::move(word);
      *known = std::move(audience);
    }
  }

  PackReader& reader_;
  const Inheritance& inherited_;
  Pack& pack_;
  std::size_t inherited_count_;
};

}  // namespace

std::span<const std::string_view> record_group_keys() { return kRecordGroupKeys; }

std::optional<RecordGroup> read_record_group(PackReader& reader, const YamlNode& node,
                                             std::string_view what) {
  if (!reader.is_map(node, what)) return std::nullopt;
  reader.check_keys(node, what, kRecordGroupKeys);
  RecordGroup group;
  if (const YamlNode* value = node.find("where")) group.where = reader.source_text(*value, "`where`");
  const YamlNode* object = node.find("on");
  if (object == nullptr) {
    reader.error("PB141", node.where, fmt::format("{} lacks `on`: the object its records are of", what));
    return std::nullopt;
  }
  const auto written = reader.text(*object, "`on`");
  if (!written) return std::nullopt;
  group.object = *written;
  group.object_where = object->where;
  return group;
}

void read_audiences(PackReader& reader, const YamlNode& node, const Inheritance& inherited, Pack& pack,
                    std::vector<std::string>& names) {
  if (!reader.is_map(node, "`audiences`")) return;
  if (pack.audiences.size() + node.entries.size() > kMaxAudiencesInPack) {
    return reader.error("PB157", node.where,
                        fmt::format("a pack has at most {} audiences", kMaxAudiencesInPack));
  }
  AudienceReader audiences(reader, inherited, pack);
  for (const YamlEntry& entry : node.entries) {
    if (!audiences.read(entry)) pack.unreadable.insert(entry.key);
    if (std::ranges::find(names, entry.key) == names.end()) names.push_back(entry.key);
  }
}

}  // namespace plumbline
