// Whether a file that came is to be taken. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "connectors/exports/export_memory.h"
#include "connectors/exports/exports_options.h"
#include "connectors/exports/intake.h"

namespace plumbline {

// A file that is far smaller than usual is held until the same content comes a second time, at least this
// much later: whoever writes it a part at a time is done by then.
inline constexpr std::chrono::seconds kLeastHoldTime = std::chrono::minutes{10};

enum class ExportFate : std::uint8_t {
  kTaken,
  kUnchanged,  // the very content that was taken last
  kHeld,       // back, see judge_export
};

struct ExportJudgement {
  ExportFate fate = ExportFate::kTaken;
  std::string why{};  // of kHeld: what is usual, what came, what to do. Of a kTaken that was held: why now
  bool newly_held = false;  // this content was not held back before
  ExportMemory memory{};    // as it is to be kept, but for columns, etag and modified
};

// `standing` names the very file where it stands in a folder, and is empty for an address: a file that goes
// on standing where it was put has not come a second time.
ExportJudgement judge_export(const ExportFile& file, const ExportMemory& memory, const TakenIn& came,
                             std::string_view standing, Instant now);

}  // namespace plumbline
