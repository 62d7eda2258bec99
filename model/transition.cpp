#include "model/transition.h"

#include <algorithm>
#include <array>
#include <utility>

namespace plumbline {
namespace {

constexpr std::array<std::pair<TransitionKind, std::string_view>, 8> kNames{{
    {TransitionKind::kOpened, "opened"},
    {TransitionKind::kChanged, "changed"},
    {TransitionKind::kResolved, "resolved"},
    {TransitionKind::kLapsed, "lapsed"},
    {TransitionKind::kReopened, "reopened"},
    {TransitionKind::kRetracted, "retracted"},
    {TransitionKind::kUnknown, "unknown"},
    {TransitionKind::kKnown, "known"},
}};

}  // namespace

std::string_view to_string(TransitionKind kind) {
  const auto* const found = std::ranges::find(kNames, kind, &decltype(kNames)::value_type::first);
  return found == kNames.end() ? std::string_view{} : found->second;
}

std::optional<TransitionKind> parse_transition_kind(std::string_view text) {
  const auto* const found = std::ranges::find(kNames, text, &decltype(kNames)::value_type::second);
  return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

bool is_open_after(TransitionKind kind) {
  return kind != TransitionKind::kResolved && kind != TransitionKind::kLapsed &&
         kind != TransitionKind::kRetracted;
}

}  // namespace plumbline
