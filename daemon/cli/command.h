// What a subcommand is: one row of the table in commands.cpp. Parsing, --help, nearest names and the shipped
// completions all follow these descriptions.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/streams.h"

namespace plumbline {

struct OptionSpec {
  enum class Times : std::uint8_t { kOnce, kMany };
  std::string_view name;   // --pack
  std::string_view value;  // NAME|FILE; empty for a flag
  std::string_view help;
  Times times = Times::kOnce;
};

// What the command line said, in the order it did.
struct ParsedOptions {
  std::vector<std::string> words;  // all of it, as it was given
  std::vector<std::string> arguments;
  std::map<std::string, std::vector<std::string>, std::less<>>
      values;                       // of options given; a flag has empty texts
  std::vector<std::string> faults;  // sentences; a command adds its own

  bool has(std::string_view name) const { return values.find(name) != values.end(); }
  // The first value; empty where the option was not given.
  std::optional<std::string> one(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;
};

struct CommandSpec {
  std::string_view name;       // "policy check"
  std::string_view arguments;  // "(FILE | -)..."; empty where it takes none
  std::string_view summary;    // one line
  std::span<const OptionSpec> options;
  std::string_view notes;     // paragraphs for --help; may be empty
  std::string_view examples;  // lines, as typed
  int (*run)(ParsedOptions options, Streams& streams);
};

}  // namespace plumbline
