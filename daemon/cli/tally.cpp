#include "daemon/cli/tally.h"

#include <fmt/format.h>

#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

// Most records are opportunities; only what is not says so.
constexpr std::string_view kUsualObject = "Opportunity";

}  // namespace

std::string parts_of(const Tally& tally) {
  std::string text;
  const auto add = [&](std::size_t number, std::string_view what) {
    if (number > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_commas(number), what);
  };
  add(tally.of(Severity::kHigh), "high");
  add(tally.of(Severity::kMedium), "medium");
  add(tally.of(Severity::kLow), "low");
  return text;
}

std::string owner_title(std::string_view name, std::string_view id) {
  if (!name.empty()) return printable(name);
  if (!id.empty()) return "Owner " + printable(id);
  return "No owner";
}

std::string record_title(std::string_view object, std::string_view name, std::string_view id) {
  if (!name.empty()) return printable(name) + (object == kUsualObject ? "" : fmt::format(" ({})", object));
  if (!id.empty()) return fmt::format("{} {}", object, printable(id));
  return fmt::format("{} without id", object);
}

}  // namespace plumbline
