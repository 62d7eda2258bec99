// Writing single values into YAML, so that parse_yaml gives the same text back.
#pragma once

#include <string>
#include <string_view>

namespace plumbline {

// Plain where every reader takes it as this very text, wherever it stands; else in quotes, on one line. What
// looks like a number, a date or a truth is quoted, so that it stays a text. Bytes that are not UTF-8 cannot
// be said in YAML: each becomes U+FFFD.
std::string yaml_scalar(std::string_view text);

}  // namespace plumbline
