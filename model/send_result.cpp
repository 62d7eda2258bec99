#include "model/send_result.h"

#include <array>
#include <utility>

namespace plumbline {
namespace {

constexpr std::array<std::pair<SendOutcome, std::string_view>, 6> kOutcomes = {{
    {SendOutcome::kDelivered, "delivered"},
    {SendOutcome::kAccepted, "accepted"},
    {SendOutcome::kRetryAfter, "retry_after"},
    {SendOutcome::kPermanent, "permanent"},
    {SendOutcome::kAmbiguous, "ambiguous"},
    {SendOutcome::kNotSent, "not_sent"},
}};

constexpr std::array<std::pair<SendFault, std::string_view>, 7> kFaults = {{
    {SendFault::kNone, "none"},
    {SendFault::kClient, "client"},
    {SendFault::kAuth, "auth"},
    {SendFault::kGone, "gone"},
    {SendFault::kServer, "server"},
    {SendFault::kRateLimited, "rate_limited"},
    {SendFault::kNetwork, "network"},
}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [known, name] : table) {
    if (known == value) return name;
  }
  return {};
}

template <class Value, std::size_t kSize>
std::optional<Value> find_in(const std::array<std::pair<Value, std::string_view>, kSize>& table,
                             std::string_view text) {
  for (const auto& [value, name] : table) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(SendOutcome outcome) { return name_in(kOutcomes, outcome); }
std::optional<SendOutcome> parse_send_outcome(std::string_view text) { return find_in(kOutcomes, text); }
std::string_view to_string(SendFault fault) { return name_in(kFaults, fault); }
std::optional<SendFault> parse_send_fault(std::string_view text) { return find_in(kFaults, text); }

}  // namespace plumbline
