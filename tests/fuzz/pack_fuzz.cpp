// Any bytes as a pack: faults are told or the pack loads, binds and runs its examples, twice with the same
// result.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "policies/bound_reminders.h"
#include "policies/examples.h"

namespace {

using namespace plumbline;

// Everything that is told of the pack, in one text.
std::string told_of(const PackText& text, const Schema& schema) {
  Diagnostics diagnostics;
  std::string told;
  auto loaded = load_pack_to_check(text, diagnostics);
  if (loaded) {
    const auto pack = std::make_shared<const Pack>(std::move(*loaded));
    check_examples(*pack, schema, diagnostics);
    bind_pack(pack, schema, {}, diagnostics);
    bind_reminders(pack, schema, {}, diagnostics);
    if (!diagnostics.has_errors()) {
      for (const ExampleOutcome& outcome : run_examples(pack, schema, diagnostics))
        told += outcome.explanation + "\n";
    }
  }
  return told + render_all(diagnostics, text.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Schema schema = Schema::standard();
  const PackText text{.file = "pack.yaml", .text = std::string(reinterpret_cast<const char*>(data), size)};
  if (told_of(text, schema) != told_of(text, schema)) std::abort();
  return 0;
}
