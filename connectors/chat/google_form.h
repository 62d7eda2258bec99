// A message as Google Chat shows it best: a line of text, which notifications show, and a card. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/message.h"
#include "model/payload.h"

namespace plumbline {

inline constexpr std::size_t kMostGoogleBytes =
    30'000;                                            // of the body; Google takes 32,000 for text and cards
inline constexpr std::size_t kMostGoogleWidgets = 90;  // Google leaves out what is beyond 100

// {"text", "cardsV2", "thread": {"threadKey"}}.
std::vector<Payload> render_google(const Message& message, Instant now);

// For a card's text, which is a small HTML.
std::string escape_google_html(std::string_view text);
// For the line above it, where no sign can be escaped: "<users/all>" is parted so that it pings nobody.
std::string escape_google_text(std::string_view text);

}  // namespace plumbline
