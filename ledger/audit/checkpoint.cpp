#include "ledger/audit/checkpoint.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

#include "base/base64.h"
#include "ledger/audit/signed_note.h"

namespace plumbline {
namespace {

constexpr std::string_view kOriginStart = "plumbline/";
constexpr std::string_view kTimeStart = "at ";
constexpr std::size_t kLines = 4;

std::unexpected<Error> wrong_line(std::uint32_t line, std::string_view message) {
  return fail({.code = ErrorCode::kCorrupt,
               .message = std::string(message),
               .where = SourceSpan{.file = "", .line = line}});
}

// No sign, no leading zeros: one number has one text.
std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  return size;
}

std::optional<Instant> parse_time(std::string_view line) {
  if (!line.starts_with(kTimeStart)) return std::nullopt;
  const std::string_view text = line.substr(kTimeStart.size());
  const std::optional<Instant> at = parse_instant(text);
  return at && format_instant(*at) == text ? at : std::nullopt;
}

}  // namespace

std::string log_origin(std::string_view organisation) {
  return std::string(kOriginStart) + note_name(organisation);
}

std::string to_text(const Checkpoint& checkpoint) {
  return fmt::format("{}\n{}\n{}\n{}{}\n", checkpoint.origin, checkpoint.size, to_base64(checkpoint.root),
                     kTimeStart, format_instant(checkpoint.at));
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  std::array<std::string_view, kLines> lines;
  for (std::size_t i = 0; i < kLines; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos)
      return wrong_line(static_cast<std::uint32_t>(i + 1),
                        "a checkpoint has four lines: origin, size, root and time; this one was cut off");
    lines[i] = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  Checkpoint checkpoint{.origin = std::string(lines[0])};
  if (checkpoint.origin.empty()) return wrong_line(1, "a checkpoint begins with the name of its log");
  const auto size = parse_size(lines[1]);
  if (!size) return wrong_line(2, "the size of a checkpoint is a number of entries, such as 12345");
  checkpoint.size = *size;
  const auto root = from_base64(lines[2]);
  const auto digest = root ? digest_from(*root) : std::nullopt;
  if (!digest) return wrong_line(3, "the root of a checkpoint is base64 of 32 bytes");
  checkpoint.root = *digest;
  const auto at = parse_time(lines[3]);
  if (!at)
    return wrong_line(4, "the fourth line of a checkpoint is its time, such as at 2024-06-01T12:00:00Z");
  checkpoint.at = *at;
  return checkpoint;
}

}  // namespace plumbline
