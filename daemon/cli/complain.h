// How every command says on standard error what went wrong, and ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "daemon/cli/streams.h"

namespace plumbline {

// "plumbline: sentence"; control characters in it are made harmless, its own line breaks are kept.
void complain(Streams& streams, std::string_view sentence);
void complain(Streams& streams, const Error& error);

// All faults of a command line, then where its help is. Returns kExitUsage.
int refuse(Streams& streams, std::string_view command, const std::vector<std::string>& faults);

}  // namespace plumbline
