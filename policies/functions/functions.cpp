#include <algorithm>
#include <iterator>

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
  const auto found = std::ranges::find_if(
      functions(), [name](const FunctionDescriptor& row) { return equal_folded(row.name, name); });
  return found == functions().end() ? nullptr : &*found;
}

}  // namespace plumbline
