// A pack as its YAML says it: parsed and checked in shape, nothing bound yet.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "base/diagnostic.h"
#include "model/verdict.h"
#include "policies/language/source_text.h"
#include "policies/language/value.h"
#include "policies/reminder.h"

namespace plumbline {

struct Parameter {
  enum class Kind : std::uint8_t { kScalar, kList, kMap };
  std::string name;
  Kind kind = Kind::kScalar;
  std::vector<Value> items{};                            // one for a scalar
  std::vector<std::pair<std::string, Value>> entries{};  // of a map
  SourceSpan where{};
  std::string overridden_in{};  // the pack that changed the shipped value; empty where none did
};

struct Definition {
  std::string name;
  SourceText text;
};

// A cell of an example: null, or text read as the field's type.
struct ExampleCell {
  std::string field;  // may be a path: Owner.Team__c
  bool null = false;
  std::string text{};
  SourceSpan where{};        // of the value
  SourceSpan field_where{};  // of the name
};
using ExampleRow = std::vector<ExampleCell>;

enum class ExpectedVerdict : std::uint8_t { kViolated, kPasses, kUnknown };

struct Example {
  ExampleRow given;
  std::vector<std::pair<std::string, std::vector<ExampleRow>>>
      related{};  // relationship (may be a path) -> rows
  std::vector<ExampleRow> history{};
  std::vector<std::string> absent{};
  std::string zone{};
  std::string as_of{};
  ExpectedVerdict expected = ExpectedVerdict::kViolated;
  SourceSpan where{};
  std::vector<SourceSpan> related_where{};  // of the names in `related`, as many
  std::vector<SourceSpan> absent_where{};   // of the names in `absent`, as many
};

// Policies that belong together, for whoever reads a list of them: close dates, Next Steps.
struct Family {
  std::string id;
  std::string title;
};

struct Policy {
  std::string id;
  std::string pack;  // the pack it was first written in: identity survives an organisation's `extends`
  std::string title;
  std::string object;
  Severity severity = Severity::kMedium;
  std::optional<SourceText> judged_when{};
  SourceText violated_when;
  std::vector<NamedText> evidence{};
  SourceText says;
  SourceText fix;
  std::string section{};
  std::string family{};    // of Pack::families, with whose policies it is listed; empty: none
  std::string document{};  // of the pack it was first written in
  std::string tell = "owner";
  std::optional<std::chrono::seconds> fresh_within{};
  std::string zone{};  // empty: the record owner's
  bool enabled = true;
  std::vector<Example> examples{};
  SourceSpan where{};
  SourceSpan object_where{};
  std::string changed_in{};  // the pack that changed severity, enabled or wording; empty where none did
};

struct Pack {
  std::string name;
  std::string title{};
  std::string document{};
  std::string extends{};
  bool keeps_base = false;  // has policies from `extends`, and changes nothing their conditions are made of
  std::string hash{};       // SHA-256 over the texts of the pack and those it extends
  std::map<std::string, Parameter, std::less<>> parameters{};
  Calendar calendar{};
  bool amounts_converted = false;
  std::vector<Definition> definitions{};
  std::vector<Audience> audiences{};  // each stands among the definitions as well
  std::vector<Family> families{};     // those of the pack it extends first
  std::vector<Policy> policies{};
  std::vector<Reminder> reminders{};                // none where they were not asked for; see PackExamples
  std::set<std::string, std::less<>> unreadable{};  // parameters and definitions whose faults were told
  std::vector<std::shared_ptr<const SourceFile>> files{};            // own file last
  std::shared_ptr<TextArena> texts = std::make_shared<TextArena>();  // what parameter values view
};

// Whether the policy is wholly another pack's, so that it has no fault this pack could have brought in.
inline bool is_untouched(const Pack& pack, const Policy& policy) {
  return pack.keeps_base && policy.pack != pack.name && policy.changed_in != pack.name;
}

// The pack's policies in its order, family by family; those of no family come first, without a title.
struct FamilyPolicies {
  std::string_view id;
  std::string_view title;
  std::vector<const Policy*> policies;
};
std::vector<FamilyPolicies> by_family(const Pack& pack);

// A pack not yet read. Whoever has it found the text: loading reads no disk.
struct PackText {
  std::string file;  // for messages
  std::string text;
  const struct EmbeddedPack* embedded =
      nullptr;  // what the build made of the text, if it is a shipped pack's
};

// Shipped packs, embedded in the binary, by name.
std::vector<std::string> shipped_pack_names();
std::optional<PackText> shipped_pack(std::string_view name);

// Whether a pack's examples and reminders are looked at. Where they are not, a shipped pack comes without
// them, and at once: the build has read the rest. Packs of one's own are read and checked whole either way.
enum class PackExamples : std::uint8_t { kNeeded, kNotNeeded };

// Reads a pack, and the shipped pack it extends. Empty where it has errors; warnings come either way.
std::optional<Pack> load_pack(const PackText& text, Diagnostics& diagnostics,
                              PackExamples examples = PackExamples::kNeeded);

// The same, but what could be read of a faulty pack comes too: binding it finds the faults of its conditions
// in the same run. Empty where there is no pack to speak of. Never judge with it while the diagnostics hold
// an error.
std::optional<Pack> load_pack_to_check(const PackText& text, Diagnostics& diagnostics,
                                       PackExamples examples = PackExamples::kNeeded);

inline constexpr std::size_t kMaxPoliciesInPack = 1000;

}  // namespace plumbline
