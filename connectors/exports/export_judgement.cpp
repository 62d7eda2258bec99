// ExportMemory::held is "SHA256 SINCE STANDING".
#include "connectors/exports/export_judgement.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "connectors/exports/size_history.h"

namespace plumbline {
namespace {

struct Held {
  std::string sha256{};
  Instant since{};
  std::string standing{};
};

std::optional<Held> held_from_text(std::string_view text) {
  const std::size_t first = text.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : text.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::optional<Instant> since = parse_instant(text.substr(first + 1, second - first - 1));
  if (!since) return std::nullopt;
  return Held{.sha256 = std::string(text.substr(0, first)),
              .since = *since,
              .standing = std::string(text.substr(second + 1))};
}

bool accepts(std::string_view accept, std::string_view sha256) {
  return accept.size() >= kLeastAcceptDigits && sha256.starts_with(accept);
}

// Why a file that is far too small is taken all the same; empty where it is not.
std::string reason_to_take(const ExportFile& file, const ExportMemory& memory, const TakenIn& came,
                           std::string_view standing, Instant now) {
  if (accepts(file.accept, came.sha256) || accepts(memory.accept, came.sha256))
    return "it was confirmed by accept";
  const std::optional<Held> held = held_from_text(memory.held);
  if (!held || held->sha256 != came.sha256) return {};
  const bool came_again = standing.empty() ? now - held->since >= kLeastHoldTime : held->standing != standing;
  if (!came_again) return {};
  return fmt::format("the same content was there at {}, too", format_instant(held->since));
}

std::string what_is_wrong(const TakenIn& came, FileSize usual) {
  return fmt::format("it has {} rows ({} bytes), less than half of the usual {} rows ({} bytes)",
                     came.facts.rows, came.bytes, usual.rows, usual.bytes);
}

}  // namespace

ExportJudgement judge_export(const ExportFile& file, const ExportMemory& memory, const TakenIn& came,
                             std::string_view standing, Instant now) {
  ExportJudgement judgement{.memory = memory};
  if (came.sha256 == memory.sha256) {
    judgement.fate = ExportFate::kUnchanged;
    judgement.memory.held.clear();
    return judgement;
  }
  SizeHistory sizes = SizeHistory::from_text(memory.sizes);
  const FileSize size{.bytes = came.bytes, .rows = came.facts.rows};
  if (sizes.is_far_below(size)) {
    const std::string reason = reason_to_take(file, memory, came, standing, now);
    const std::string wrong = what_is_wrong(came, sizes.usual());
    if (reason.empty()) {
      const std::optional<Held> held = held_from_text(memory.held);
      judgement.fate = ExportFate::kHeld;
      judgement.newly_held = !held || held->sha256 != came.sha256;
      judgement.why = fmt::format(
          "the file is held back: {}. It is taken once it has come a second time, or is confirmed with "
          "accept: {}",
          wrong, came.sha256.substr(0, kLeastAcceptDigits));
      if (judgement.newly_held)
        judgement.memory.held = fmt::format("{} {} {}", came.sha256, format_instant(now), standing);
      return judgement;
    }
    judgement.why = fmt::format("a file that looked wrong is taken: {}; {}", wrong, reason);
  }
  sizes.add(size);
  judgement.memory.sizes = sizes.to_text();
  judgement.memory.sha256 = came.sha256;
  judgement.memory.held.clear();
  judgement.memory.accept.clear();
  return judgement;
}

}  // namespace plumbline
