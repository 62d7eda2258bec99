// Bodies packed as HTTP's gzip has them.
#pragma once

#include <string>
#include <string_view>

namespace plumbline::sandbox {

std::string gzip(std::string_view text);

}  // namespace plumbline::sandbox
