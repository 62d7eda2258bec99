// Where the values of a pack were written: in its own file, and in those of the packs it extends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "policies/pack.h"

namespace plumbline {

// A value as its file has it.
struct Written {
  std::string value;  // on one line; elements of a list with commas between them
  std::string pack;
  SourceSpan where;
};

// Reads the files anew, for whoever wants to know more than what counts in the end.
class PackFiles {
 public:
  explicit PackFiles(const Pack& pack);

  // Each in the order it was written: that of the pack itself last. Empty where nothing is written.
  std::vector<Written> parameter(std::string_view name) const;
  std::vector<Written> definition(std::string_view name) const;
  std::vector<Written> of_policy(std::string_view id, std::string_view key) const;

 private:
  struct File {
    std::string pack;
    YamlNode root;
  };
  std::vector<Written> entries(std::string_view section, std::string_view name) const;

  std::vector<File> files_;
};

// "ours.yaml:3, pack ours; before, 30 in essentials.yaml:21, pack essentials".
std::string origin_of(const std::vector<Written>& written);

}  // namespace plumbline
