// Descriptions of objects as anybody may send them: read the same however they are cut into pieces.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "connectors/salesforce/describe_reply.h"
#include "connectors/salesforce/field_choice.h"

namespace {

using namespace plumbline;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

Result<ObjectDescription> read(std::string_view text, std::size_t piece) {
  DescribeReader reader;
  for (std::size_t i = 0; i < text.size(); i += piece) {
    if (Status pushed = reader.push(text.substr(i, piece)); !pushed) return fail(pushed.error());
  }
  return reader.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const Result<ObjectDescription> whole = read(text, size + 1);
  for (const std::size_t piece : {1U, 3U, 64U}) {
    const Result<ObjectDescription> cut = read(text, piece);
    demand(whole.has_value() == cut.has_value(), "what can be read depends on how it is cut");
    if (whole) demand(whole->fields.size() == cut->fields.size(), "fields depend on how it is cut");
  }
  if (!whole) return 0;
  const FieldChoice choice = choose_fields({.name = whole->name}, *whole, {});
  for (const std::string& column : choice.columns)
    demand(whole->find(column) != nullptr, "a column that is not described");
  return 0;
}
