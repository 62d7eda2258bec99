// What a command that judges data is given: packs, exports or a ledger, a field map; read, bound and fitted
// together.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/cli/command.h"
#include "daemon/cli/ledger_data.h"
#include "daemon/cli/rejects.h"
#include "daemon/cli/select_policies.h"
#include "daemon/cli/streams.h"
#include "policies/bound_pack.h"
#include "policies/judge.h"
#include "records/data_folder.h"

namespace plumbline {

inline constexpr std::string_view kDefaultPack = "essentials";

// A fault has been told; this is what to end with.
struct Stop {
  int status;
};
template <class T>
using Step = std::expected<T, Stop>;

// The files and options a person names.
struct JudgingInput {
  std::vector<std::string> paths{};                            // exports
  std::vector<std::string> packs{};                            // none: kDefaultPack
  std::vector<std::pair<std::string, std::string>> objects{};  // --object NAME=FILE
  std::string fields{};                                        // a field map; empty for none
  std::optional<LedgerInput> ledger{};                         // instead of exports
  PolicySelection selection{};
  // Of packs that are compared, a policy may come with several, and is selected in all where it is in one.
  enum class Packs : std::uint8_t { kJoined, kCompared } taken = Packs::kJoined;
};

struct JudgingSetup {
  std::vector<BoundPack> packs;
  std::shared_ptr<const Schema> schema;
  std::optional<FieldMap> field_map;
  DataFolder folder;                     // empty where a ledger is judged
  std::unique_ptr<LedgerData> ledger{};  // null where exports are
};

// Finds the files that `input` names, and adds their columns to the schema. What is wrong is told, also that
// there is none.
Step<DataFolder> find_data(const JudgingInput& input, const std::optional<FieldMap>& map, Schema& schema,
                           Streams& streams);

// Reads packs and field map, finds the files, binds and selects. Every fault found goes to streams.err;
// `command` is its name, for the hint at the end of a refusal.
Step<JudgingSetup> set_up_judging(std::string_view command, const JudgingInput& input, Streams& streams);

// All that the policies need of the exports.
DataNeeds needs_of(const JudgingSetup& setup);
// The records that the policies need, of the exports or the ledger. Of `options` a ledger knows threads,
// keeping and whether it is to stop; the field map is the setup's own.
Result<LoadedData> load_judged(const JudgingSetup& setup, LoadOptions options, RejectLog& rejects);

// The same out of the setup's ledger, as they were at a moment. Of `options` the field map does not count.
Result<LoadedData> load_from_ledger(const JudgingSetup& setup, const LedgerMoment& moment,
                                    LedgerLoadOptions options);

// --pack, --object, --fields, --policy, --severity, --ledger and --known-at, where the command has them.
// Faults are added to parsed.faults. `paths` stays empty: it depends on the command where they stand.
JudgingInput read_judging_input(ParsedOptions& parsed, const JudgeOptions& judge);
// Adds a fault where there is nothing to judge (`nothing` says so), or exports and a ledger.
void check_source(const JudgingInput& input, std::string_view nothing, std::vector<std::string>& faults);
// --as-of, --zone and --threads, likewise. The clock is asked where --as-of is not given.
JudgeOptions read_judge_options(ParsedOptions& parsed, const Clock& clock);
// As of when, for a summary.
std::string moment_of(const JudgeOptions& judge);
// The file an option names; empty where it is not given.
std::string read_file_option(ParsedOptions& parsed, std::string_view option);
// Which of the words an option says, in any case; `otherwise` where it is not given.
std::size_t read_choice(ParsedOptions& parsed, std::string_view option, const std::vector<std::string>& words,
                        std::size_t otherwise);

}  // namespace plumbline
