// Which object a file's name tells, and what stands in the way where it tells none. Inner to data_folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "records/schema.h"

namespace plumbline {

struct FileNameReading {
  std::string object;  // Opportunity, or another object of Salesforce (Case); empty where the name tells none
  std::string partial;  // the object the name holds beside words that may make it something else (Account of
                        // account_plan)
  std::vector<std::string>
      strange_words;  // those words, in lower case; all that are not noise where none is known
};

// `name` may have a folder and an ending; neither counts. Prefixes and suffixes people add (dates, numbers,
// export, final, ...) do not either. Case, and whether words are joined, do not matter.
FileNameReading read_file_name(std::string_view name, const Schema& schema);

}  // namespace plumbline
