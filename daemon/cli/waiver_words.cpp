#include "daemon/cli/waiver_words.h"

#include <fmt/format.h>

#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

std::string who_and_why(const Waiver& waiver) {
  return printable(fmt::format("{}: {}", waiver.author, waiver.reason));
}

}  // namespace

std::string display_moment_day(Instant moment) {
  return display_day(Day{std::chrono::floor<std::chrono::days>(moment).time_since_epoch()});
}

std::string last_day_of(const Waiver& waiver) {
  const bool ends_with_day = std::chrono::floor<std::chrono::days>(waiver.until) == waiver.until;
  return ends_with_day ? display_moment_day(waiver.until - std::chrono::seconds{1})
                       : format_instant(waiver.until);
}

std::string scope_of(const Waiver& waiver) {
  std::string text =
      waiver.pack.empty() || waiver.policy.empty() ? waiver.policy : waiver.pack + "/" + waiver.policy;
  const auto add = [&](const std::string& part) {
    if (part.empty()) return;
    if (!text.empty()) text += ", ";
    text += part;
  };
  if (!waiver.record_key.empty()) add(waiver.object + " " + waiver.record_key);
  if (!waiver.owner.empty()) add("owner " + waiver.owner);
  return printable(text);
}

std::string whole_waiver(const Waiver& waiver) {
  std::string text = fmt::format("{}{}, ", waiver_name(waiver.number),
                                 waiver.kind == WaiverKind::kSnooze ? " (a snooze)" : "");
  if (waiver.ended_at) {
    text += fmt::format("ended {}, {}", display_moment_day(*waiver.ended_at), printable(waiver.ended_why));
  } else {
    text += "through " + last_day_of(waiver);
    if (!waiver.until_field.empty()) text += fmt::format(" or until {} changes", waiver.until_field);
  }
  return text + fmt::format(" ({})", who_and_why(waiver));
}

std::string ended_waiver(const Waiver& waiver) {
  return fmt::format("{} of {}: {}", waiver_name(waiver.number), scope_of(waiver),
                     printable(waiver.ended_why));
}

std::string ending_waiver(const Waiver& waiver) {
  return fmt::format("{} of {}, after {} ({})", waiver_name(waiver.number), scope_of(waiver),
                     last_day_of(waiver), who_and_why(waiver));
}

}  // namespace plumbline
