// `plumbline schema`: what an editor wants to know of the files people write.
#include "daemon/cli/schema.h"

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "config/schemas.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"

namespace plumbline {
namespace {

int run(ParsedOptions parsed, Streams& streams) {
  const std::vector<std::string> names = schema_names();
  if (parsed.arguments.size() != 1) {
    parsed.faults.push_back(
        fmt::format("plumbline schema prints one of the schemas {}; name it", fmt::join(names, ", ")));
  }
  if (!parsed.faults.empty()) return refuse(streams, "schema", parsed.faults);
  const std::string& name = parsed.arguments.front();
  const std::optional<std::string> text = schema_text(name);
  if (!text) {
    const std::string nearest = did_you_mean(name, names);
    return refuse(
        streams, "schema",
        {fmt::format("there is no schema {}{}", name,
                     nearest.empty() ? fmt::format("; there are {}", fmt::join(names, ", ")) : nearest)});
  }
  streams.out.write(*text);
  return kExitDone;
}

}  // namespace

const CommandSpec& schema_command() {
  static constexpr CommandSpec kCommand{
      .name = "schema",
      .arguments = "(pack | field-map | config)",
      .summary = "Print a JSON Schema, with which editors check and explain what is being written.",
      .options = {},
      .notes =
          "A schema knows keys, words and shapes. Names of fields, conditions and examples are for plumbline "
          "policy check and plumbline check.",
      .examples =
          "plumbline schema pack > pack.schema.json\n"
          "plumbline schema config > config.schema.json",
      .run = run,
  };
  return kCommand;
}

}  // namespace plumbline
