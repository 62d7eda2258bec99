// What the parts of the pack reader share: load_pack.cpp (the file as a whole), load_shape.cpp (shapes of
// YAML values), load_settings.cpp (parameters, calendar), load_audiences.cpp, load_policy.cpp,
// load_example.cpp, load_reminder.cpp. Nothing outside includes this but their tests.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/map_keys.h"
#include "base/yaml.h"
#include "policies/pack.h"

namespace plumbline {

using PackFinder = std::function<std::optional<PackText>(std::string_view name)>;

// load_pack, with the packs that `extends` may name found by `find` instead of among the shipped ones.
std::optional<Pack> load_pack_with(const PackText& text, const PackFinder& find,
                                   const std::vector<std::string>& known, Diagnostics& diagnostics,
                                   PackExamples examples = PackExamples::kNeeded);

// One file being read. Every question about a value's shape is asked here, so that a fault is told the same
// way everywhere. `what` names the value in messages: "`severity`", "an example".
class PackReader {
 public:
  // `examples` tells whether the file's tree holds them.
  PackReader(std::shared_ptr<const SourceFile> file, PackExamples examples, Diagnostics& diagnostics)
      : file_(std::move(file)), examples_(examples), diagnostics_(diagnostics) {}

  void error(std::string code, const SourceSpan& where, std::string message);

  // Each reports PB142 and answers false, or nothing, where the value has another shape.
  bool is_map(const YamlNode& node, std::string_view what);
  bool is_list(const YamlNode& node, std::string_view what);
  std::optional<std::string> text(const YamlNode& node, std::string_view what);
  std::optional<SourceText> source_text(const YamlNode& node, std::string_view what);

  // PB140 for every key of the map that is not among `known`.
  void check_keys(const YamlNode& map, std::string_view what, std::span<const std::string_view> known);
  // Which of the words the value is, in any case; PB145 where it is none.
  std::optional<std::size_t> choice(const YamlNode& node, std::string_view what,
                                    std::span<const std::string_view> words);
  std::optional<bool> truth(const YamlNode& node, std::string_view what);
  // The zone's own spelling; PB060 for one that is not known.
  std::optional<std::string> zone(const YamlNode& node, std::string_view what);
  // The name of a pack, family or policy: PB143 unless lower-case words, digits, hyphens and dots.
  std::optional<std::string> id(const YamlNode& node, std::string_view what);
  bool is_id(std::string_view written, const SourceSpan& where, std::string_view what);

  const std::shared_ptr<const SourceFile>& file() const { return file_; }
  const SourceFile& source() const { return *file_; }
  bool has_examples() const { return examples_ == PackExamples::kNeeded; }

 private:
  std::shared_ptr<const SourceFile> file_;
  PackExamples examples_;
  Diagnostics& diagnostics_;
};

// What a pack has from the one it extends.
struct Inheritance {
  enum class Kind : std::uint8_t {
    kNone,     // the pack extends no other
    kKnown,    // and `Pack` holds what it inherits
    kMissing,  // the pack it extends could not be read; what would be inherited is not known
  };
  Kind kind = Kind::kNone;
  std::string pack{};  // its name
  std::vector<std::string> audiences{};
};

void read_parameters(PackReader& reader, const YamlNode& node, const Inheritance& inherited, Pack& pack);
void read_calendar(PackReader& reader, const YamlNode& node, Calendar& calendar);
// Adds to the pack's audiences, and to `names` those of all that stand there, faulty ones too.
void read_audiences(PackReader& reader, const YamlNode& node, const Inheritance& inherited, Pack& pack,
                    std::vector<std::string>& names);
// `{on: User, where: ...}`. Empty where it is no map, or says no object.
std::optional<RecordGroup> read_record_group(PackReader& reader, const YamlNode& node, std::string_view what);
void read_families(PackReader& reader, const YamlNode& node, Pack& pack);
void read_definitions(PackReader& reader, const YamlNode& node, const Inheritance& inherited, Pack& pack);
// `audiences` are those of the pack and of the one it extends.
void read_policies(PackReader& reader, const YamlNode& node, const Inheritance& inherited,
                   std::span<const std::string> audiences, Pack& pack);

// After everything else: reminders name audiences and calendars.
void read_reminders(PackReader& reader, const YamlNode& node, const Inheritance& inherited,
                    std::span<const std::string> audiences, Pack& pack);

// A word that a condition reads as a name, and not as null, TODAY or AND.
bool is_definition_name(std::string_view name);

// An example, and the verdict it expects where that much could be read.
struct ReadExample {
  Example example{};
  std::optional<ExpectedVerdict> expected{};
};
ReadExample read_example(PackReader& reader, const YamlNode& node);

// The keys each of these reads, for pack_keys().
std::vector<MapKeys> settings_keys();
std::span<const std::string_view> policy_keys();
std::span<const std::string_view> example_keys();
std::span<const std::string_view> record_group_keys();
std::span<const std::string_view> reminder_keys();

inline constexpr std::size_t kMaxExtendedPacks = 8;  // in a row
inline constexpr std::size_t kMaxExamplesInPolicy = 200;
inline constexpr std::size_t kMaxRowsInExample = 1'000;  // related rows and changes
inline constexpr std::size_t kMaxFreshWithinDays = 3'660;

}  // namespace plumbline
