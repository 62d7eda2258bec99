// Everything a command sees of the world besides its options and the files they name.
#pragma once

#include <cstddef>
#include <istream>

#include "base/clock.h"
#include "daemon/cli/output.h"

namespace plumbline {

inline constexpr std::size_t kPlainColumns = 80;  // where there is no terminal to ask

struct Terminal {
  bool is_terminal = false;
  bool colour = false;  // never without a terminal
  std::size_t columns = kPlainColumns;
};

struct Streams {
  TextOutput& out;
  TextOutput& err;
  std::istream& in;
  const Clock& clock;
  Terminal out_terminal{};
  Terminal err_terminal{};
};

}  // namespace plumbline
