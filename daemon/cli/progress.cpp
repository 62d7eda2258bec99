#include "daemon/cli/progress.h"

#include <fmt/format.h>

#include <new>

namespace plumbline {
namespace {

constexpr std::string_view kEraseLine = "\r\033[K";
constexpr std::uint64_t kHundred = 100;

}  // namespace

Progress::Progress(Streams& streams, std::string_view what)
    : streams_(streams), what_(what), start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  try {
    clear();
  } catch (const std::bad_alloc&) {  // a line that stays behind is the least of the troubles then
  }
}

void Progress::clear() {
  if (visible_) streams_.err.write(kEraseLine);
  visible_ = false;
}

void Progress::show(std::uint64_t done, std::uint64_t all) {
  if (!streams_.err_terminal.is_terminal || all == 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - start_ < kProgressAfter || now - shown_ < kProgressEvery) return;
  shown_ = now;
  visible_ = true;
  streams_.err.write(fmt::format("{}{}: {} %", kEraseLine, what_, done * kHundred / all));
  // A progress line that cannot be shown is no reason to stop.
  static_cast<void>(streams_.err.flush());
}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

}  // namespace plumbline
