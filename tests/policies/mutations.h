// Small mistakes made on purpose in a condition: each comparison, AND, OR, NOT and IN turned, one at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

struct Mutation {
  std::string text;    // the condition with the mistake
  std::string marked;  // the condition on one line, with {< to <=} where the mistake is
};

// Empty for a text that does not parse.
std::vector<Mutation> mutations_of(std::string_view condition);

// The words of a text that could be names of definitions.
std::vector<std::string> names_in(std::string_view condition);

}  // namespace plumbline
