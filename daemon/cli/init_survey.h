// What `plumbline init` sees of the files it is pointed at.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/cli/judging.h"
#include "daemon/cli/streams.h"
#include "records/match_fields.h"
#include "records/schema.h"

namespace plumbline {

inline constexpr std::size_t kSurveyedFiles = 500;     // files that are looked into; more are told
inline constexpr std::size_t kSurveyedColumns = 1000;  // of one object; more are told

struct SurveyInput {
  std::vector<std::string> paths{};                            // folders, exports, describe documents
  std::vector<std::pair<std::string, std::string>> objects{};  // --object NAME=FILE
};

// A file that no object was found for.
struct UnknownFile {
  std::string name;
  std::string reason;
};

struct Survey {
  std::vector<ObjectSource> sources{};  // one an object, in the schema's order
  std::vector<UnknownFile> unknown{};
  std::vector<std::string> notes{};  // headers that cannot be named, bounds reached: one sentence each
  bool has_exports = false;          // and not describe documents alone
};

// Faults that `audit` would end with go to streams.err, and end this too.
Step<Survey> survey_files(const SurveyInput& input, const Schema& schema, Streams& streams);

// The file's name without its folder.
std::string bare_file_name(const std::string& path);

}  // namespace plumbline
