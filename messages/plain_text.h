// A message as lines of plain text: for a terminal, a log, a test. Chat services have forms of their own.
#pragma once

#include <string>

#include "base/time_zone.h"
#include "model/message.h"

namespace plumbline {

// `zone` is the reader's. Every line ends in a line break; nothing is left out.
std::string plain_text(const Message& message, const TimeZone& zone);

}  // namespace plumbline
