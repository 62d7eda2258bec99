// Reading plumbline.yaml: the file, and whether what it names is there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"
#include "daemon/cli/command.h"
#include "daemon/cli/judging.h"
#include "daemon/cli/texts.h"

namespace plumbline {

inline constexpr std::string_view kDefaultConfiguration = "plumbline.yaml";

// A configuration with its paths as the command line would give them.
struct LoadedConfiguration {
  Configuration configuration{};
  std::vector<PlacedText> packs{};  // for find_pack; those that are not there are left out, as below
  std::string fields{};             // empty where there is none
  std::vector<std::string> exports{};
  std::string ledger{};                     // empty where there is none; the file may be yet to be made
  std::vector<std::string> anchor_files{};  // likewise
  bool journal_anchor = false;
};

// Faults go to `diagnostics`: those of the text, and CF007, CF008 and CF009 for what it names or says and is
// not so. The Error is a file that cannot be read.
Result<LoadedConfiguration> load_configuration(const std::string& path, SourceTexts& texts,
                                               Diagnostics& diagnostics);

// For a command over data with --config: what the configuration says and the command line does not becomes
// options and arguments. Exports count only where the command line names neither files, --object nor a
// ledger. Nothing happens where --config is not given. Faults are told, and then there is a Stop.
Step<void> apply_configuration(ParsedOptions& parsed, Streams& streams);

}  // namespace plumbline
