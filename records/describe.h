// Describe documents: what Salesforce answers when it is asked which fields an object has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "records/sample_file.h"

namespace plumbline {

inline constexpr std::size_t kMaxDescribedObjects = 256;  // in one document; the others are passed over

struct DescribedObject {
  std::string name;                      // Opportunity
  std::vector<SampledColumn> columns{};  // values: those of a picklist that are active
};

// Every object with a name and fields that have a name and a type, wherever it stands in the document: the
// answer itself, the output of `sf sobject describe --json`, a list of either. Empty where there is none, and
// for text that is not JSON. At most kMaxColumns fields of an object, and kSampledValues of a picklist.
std::vector<DescribedObject> read_describe(std::string_view document);

}  // namespace plumbline
