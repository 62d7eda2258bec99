// From a result on the disk to a file of ForecastSubmission. Waits for the disk and works for as long as it
// takes: for a thread that may.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/source.h"

namespace plumbline {

struct ResultTask {
  std::filesystem::path result;  // as it was downloaded
  std::filesystem::path rows;    // the CSV to be written
  std::string forecast{};
  std::string period{};  // that was asked for
};

struct ResultFacts {
  std::uint64_t entries = 0;
  std::uint64_t users = 0;
  std::string users_sha256{};  // of their ids, sorted, one a line
  std::vector<std::string> weeks{};
  std::set<std::string> value_names{};
  std::uint64_t without_person = 0;  // rows with neither a Salesforce id nor an e-mail address
  std::vector<DescribedField> fields{};
};

// Reads the result twice: for who and what there is, and for the entries. kConflict where it is of another
// quarter than was asked for, which Clari sends without a word where a quarter has no data or is misspelt;
// kUnavailable where it breaks off. The CSV is there only if this succeeds.
Result<ResultFacts> write_submissions(const ResultTask& task);

}  // namespace plumbline
