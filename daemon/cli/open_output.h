// Opening the files that a command writes beside its result.
#pragma once

#include <optional>
#include <string>

#include "daemon/cli/judging.h"
#include "daemon/cli/output_file.h"
#include "daemon/cli/streams.h"
#include "records/data_folder.h"

namespace plumbline {

// Nothing happens where `path` is empty. None of the folder's files is written over. What is wrong is told,
// and then there is a Stop.
std::optional<Stop> open_output(const std::string& path, const DataFolder& folder,
                                std::optional<OutputFile>& file, Streams& streams);

}  // namespace plumbline
