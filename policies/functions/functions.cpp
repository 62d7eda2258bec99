#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <string>

#include "base/utf8.h"
#include "policies/functions/function.h"

namespace plumbline {
namespace {

std::vector<FunctionDescriptor> every_family() {
  std::vector<FunctionDescriptor> all;
  for (auto* family : {calendar_functions, elapsed_functions, logic_functions, number_functions,
                       text_functions, history_functions}) {
    std::ranges::move(family(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

std::span<const FunctionDescriptor> functions() {
  static const std::vector<FunctionDescriptor> kTable = every_family();
  return kTable;
}

const FunctionDescriptor* find_function(std::string_view name) {
  static const std::map<std::string, const FunctionDescriptor*, std::less<>> kByName = [] {
    std::map<std::string, const FunctionDescriptor*, std::less<>> by_name;
    for (const FunctionDescriptor& row : functions()) by_name.emplace(fold_case(row.name), &row);
    return by_name;
  }();
  const auto found = kByName.find(fold_case(trim(name)));
  return found == kByName.end() ? nullptr : found->second;
}

}  // namespace plumbline
