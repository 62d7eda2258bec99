// Moments as the ledger's tables have them: texts, all of one length, so that they compare as the moments do.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace plumbline {

// Not before any moment that is written.
inline constexpr std::string_view kEndOfTime = "9999-12-31T23:59:59Z";

// ErrorCode::kCorrupt where the text is no moment.
inline Result<Instant> stored_instant(std::string_view text) {
  if (const std::optional<Instant> at = parse_instant(text)) return *at;
  return fail(ErrorCode::kCorrupt, "the ledger is damaged: a time in it cannot be read (\"" +
                                       std::string(text) +
                                       "\"); keep the file, and restore the newest backup beside it");
}

}  // namespace plumbline
