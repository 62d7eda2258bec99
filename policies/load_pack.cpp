// Reads a pack's file as a whole; its parts are read by the functions of load_pack_impl.h.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/nearest_name.h"
#include "policies/load_pack_impl.h"
#include "policies/pack_keys.h"
#include "policies/shipped_packs.h"

namespace plumbline {
namespace {

constexpr std::array<std::string_view, 12> kPackKeys = {"pack",       "title",    "source",    "extends",
                                                        "parameters", "calendar", "audiences", "define",
                                                        "families",   "policies", "reminders", "amounts"};
constexpr std::array<std::string_view, 1> kSourceKeys = {"document"};
// What conditions are made of beside their own words.
constexpr std::array<std::string_view, 5> kMeaningKeys = {"parameters", "calendar", "audiences", "define",
                                                          "amounts"};

class PackLoader {
 public:
  PackLoader(const PackFinder& find, const std::vector<std::string>& known, PackExamples examples,
             Diagnostics& diagnostics)
      : find_(find), known_(known), examples_(examples), diagnostics_(diagnostics) {}

  struct Loaded {
    Pack pack{};
    std::vector<std::string> audiences{};
    const EmbeddedPack* first = nullptr;  // whose text is that of the pack's first file; null for one's own
    bool base_missing = false;
  };

  std::optional<Loaded> load(PackText text) {
    const bool in_place = text.text.empty() && text.embedded;
    const EmbeddedPack* const embedded = examples_ == PackExamples::kNotNeeded ? text.embedded : nullptr;
    auto file =
        in_place ? std::make_shared<const SourceFile>(std::move(text.file), ProgramText{text.embedded->text})
                 : std::make_shared<const SourceFile>(std::move(text.file), std::move(text.text));
    const auto root = embedded ? embedded_tree(*embedded) : parse_yaml(file->text, file->name, diagnostics_);
    if (!root) return std::nullopt;
    PackReader reader(file, embedded ? PackExamples::kNotNeeded : PackExamples::kNeeded, diagnostics_);
    if (root->is_null()) {
      reader.error("PB141", root->where, "the file is empty; a pack begins with `pack: my-conventions`");
      return std::nullopt;
    }
    if (!reader.is_map(*root, "a pack")) return std::nullopt;
    Loaded loaded = read(reader, *root);
    if (loaded.base_missing)
      return std::nullopt;  // without it, every name of the base would be called unknown
    const bool alone = loaded.pack.files.size() == 1;
    if (alone && in_place) loaded.first = text.embedded;
    loaded.pack.hash = embedded && alone ? std::string(embedded->hash) : hash_of(loaded);
    return loaded;
  }

 private:
  Loaded read(PackReader& reader, const YamlNode& root) {
    reader.check_keys(root, "a pack", kPackKeys);
    const std::string name = read_name(reader, root);
    Inheritance inherited;
    Loaded loaded = read_base(reader, root, name, inherited);
    loaded.base_missing = inherited.kind == Inheritance::Kind::kMissing;
    Pack& pack = loaded.pack;
    pack.name = name;
    pack.files.push_back(reader.file());
    pack.keeps_base =
        inherited.kind == Inheritance::Kind::kKnown &&
        std::ranges::none_of(kMeaningKeys, [&](std::string_view key) { return root.find(key); });
    read_head(reader, root, pack);
    if (const YamlNode* node = root.find("parameters")) read_parameters(reader, *node, inherited, pack);
    if (const YamlNode* node = root.find("calendar")) read_calendar(reader, *node, pack.calendar);
    if (const YamlNode* node = root.find("audiences"))
      read_audiences(reader, *node, inherited, pack, loaded.audiences);
    if (const YamlNode* node = root.find("define")) read_definitions(reader, *node, inherited, pack);
    if (const YamlNode* node = root.find("families")) read_families(reader, *node, pack);
    if (const YamlNode* node = root.find("policies")) {
      read_policies(reader, *node, inherited, loaded.audiences, pack);
    } else if (inherited.kind == Inheritance::Kind::kNone) {
      reader.error("PB141", root.where, "the pack has no policies; list them under `policies:`");
    }
    if (const YamlNode* node = root.find("reminders"))
      read_reminders(reader, *node, inherited, loaded.audiences, pack);
    return loaded;
  }

  static std::string read_name(PackReader& reader, const YamlNode& root) {
    const YamlNode* node = root.find("pack");
    if (node == nullptr) {
      reader.error("PB141", root.where, "the pack has no name; begin the file with `pack: my-conventions`");
      return "";
    }
    return reader.id(*node, "the name of a pack").value_or("");
  }

  // What the pack starts from: nothing, or the pack it extends.
  Loaded read_base(PackReader& reader, const YamlNode& root, const std::string& name,
                   Inheritance& inherited) {
    const YamlNode* node = root.find("extends");
    if (node == nullptr) return {};
    inherited.kind = Inheritance::Kind::kMissing;
    const auto base_name = reader.text(*node, "`extends`");
    if (!base_name) return {};
    inherited.pack = *base_name;
    auto base_text =
        may_extend(reader, *node, name, *base_name) ? find_base(reader, *node, *base_name) : std::nullopt;
    if (!base_text) return {};
    chain_.push_back(name);
    // Changes of reminders can be checked only beside the reminders.
    const PackExamples examples_before = examples_;
    if (root.find("reminders")) examples_ = PackExamples::kNeeded;
    std::optional<Loaded> base = load(*std::move(base_text));
    examples_ = examples_before;
    chain_.pop_back();
    if (!base) return {};
    inherited.kind = Inheritance::Kind::kKnown;
    inherited.audiences = base->audiences;
    base->pack.extends = *base_name;
    return std::move(*base);
  }

  bool may_extend(PackReader& reader, const YamlNode& node, const std::string& name,
                  const std::string& base) {
    if (base == name) {
      reader.error("PB151", node.where,
                   fmt::format("{} extends itself; give your pack a name of its own", name));
      return false;
    }
    const auto again = std::ranges::find(chain_, base);
    if (again != chain_.end()) {
      reader.error("PB151", node.where,
                   fmt::format("packs extend each other in a circle: {} → {} → {}",
                               fmt::join(again, chain_.end(), " → "), name, base));
      return false;
    }
    if (chain_.size() < kMaxExtendedPacks) return true;
    reader.error("PB151", node.where,
                 fmt::format("more than {} packs extend one another", kMaxExtendedPacks));
    return false;
  }

  std::optional<PackText> find_base(PackReader& reader, const YamlNode& node, const std::string& base) {
    auto found = find_(base);
    if (!found) {
      reader.error(
          "PB150", node.where,
          fmt::format(
              "no pack named {} comes with Plumbline, and only those that do ({}) can be extended, by "
              "name and not by file{}",
              base, fmt::join(known_, ", "), did_you_mean(base, known_)));
    }
    return found;
  }

  static void read_head(PackReader& reader, const YamlNode& root, Pack& pack) {
    if (const YamlNode* node = root.find("title")) pack.title = reader.text(*node, "`title`").value_or("");
    pack.document.clear();
    if (const YamlNode* node = root.find("source"); node != nullptr && reader.is_map(*node, "`source`")) {
      reader.check_keys(*node, "`source`", kSourceKeys);
      if (const YamlNode* title = node->find("document")) {
        pack.document = reader.text(*title, "the source's `document`").value_or("");
      }
    }
    if (const YamlNode* node = root.find("amounts")) {
      constexpr std::array<std::string_view, 2> kAmounts = {"face", "converted"};
      const auto chosen = reader.choice(*node, "`amounts`", kAmounts);
      pack.amounts_converted = chosen == 1;
    }
  }

  static std::string hash_of(const Loaded& loaded) {
    std::vector<std::string_view> texts;
    for (const auto& file : loaded.pack.files) texts.push_back(file->text);
    return loaded.first ? pack_hash(*loaded.first, std::span(texts).subspan(1)) : pack_hash(texts);
  }

  const PackFinder& find_;
  const std::vector<std::string>& known_;
  PackExamples examples_;
  Diagnostics& diagnostics_;
  std::vector<std::string> chain_;  // packs whose bases are being read, outermost first
};

}  // namespace

std::vector<FamilyPolicies> by_family(const Pack& pack) {
  std::vector<FamilyPolicies> families{{}};
  for (const Family& family : pack.families)
    families.push_back({.id = family.id, .title = family.title, .policies = {}});
  for (const Policy& policy : pack.policies)
    std::ranges::find(families, policy.family, &FamilyPolicies::id)->policies.push_back(&policy);
  std::erase_if(families, [](const FamilyPolicies& family) { return family.policies.empty(); });
  return families;
}

std::vector<MapKeys> pack_keys() {
  std::vector<MapKeys> keys = {{.map = "", .keys = kPackKeys},
                               {.map = "source", .keys = kSourceKeys},
                               {.map = "policy", .keys = policy_keys()},
                               {.map = "example", .keys = example_keys()},
                               {.map = "record_group", .keys = record_group_keys()},
                               {.map = "reminder", .keys = reminder_keys()}};
  for (const MapKeys& settings : settings_keys()) keys.push_back(settings);
  return keys;
}

std::optional<Pack> load_pack_with(const PackText& text, const PackFinder& find,
                                   const std::vector<std::string>& known, Diagnostics& diagnostics,
                                   PackExamples examples) {
  const std::size_t errors_before = diagnostics.error_count();
  auto loaded = PackLoader(find, known, examples, diagnostics).load(text);
  if (!loaded || diagnostics.error_count() != errors_before) return std::nullopt;
  return std::move(loaded->pack);
}

std::optional<Pack> load_pack_to_check(const PackText& text, Diagnostics& diagnostics,
                                       PackExamples examples) {
  const std::vector<std::string> known = shipped_pack_names();
  auto loaded = PackLoader(shipped_pack_in_place, known, examples, diagnostics).load(text);
  return loaded ? std::optional(std::move(loaded->pack)) : std::nullopt;
}

std::optional<Pack> load_pack(const PackText& text, Diagnostics& diagnostics, PackExamples examples) {
  return load_pack_with(text, shipped_pack_in_place, shipped_pack_names(), diagnostics, examples);
}

}  // namespace plumbline
