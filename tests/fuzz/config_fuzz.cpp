// A configuration, faulty or not: reading it and telling its faults, whatever the bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/configuration.h"

using namespace plumbline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  const auto configuration = parse_configuration(text, "plumbline.yaml", diagnostics);
  const std::string faults = render_all(diagnostics, text);
  if (diagnostics.has_errors() == faults.empty()) std::abort();
  if (!configuration && !diagnostics.has_errors()) std::abort();
  if (configuration) {
    for (const PlacedText& pack : configuration->packs) {
      if (pack.text.empty() || path_from(*configuration, pack.text).empty()) std::abort();
    }
  }
  return 0;
}
