#include "daemon/cli/load_packs.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "daemon/cli/complain.h"
#include "daemon/cli/texts.h"

namespace plumbline {

LoadedPacks load_named_packs(const std::vector<std::string>& names, PackExamples examples, Streams& streams) {
  LoadedPacks loaded;
  SourceTexts texts;
  Diagnostics diagnostics;
  for (const std::string& name : names.empty() ? shipped_pack_names() : names) {
    const Result<PackText> text = find_pack(name);
    if (!text) {
      complain(streams, text.error());
      loaded.complete = false;
      continue;
    }
    texts.add(text->file, text->text);
    if (std::optional<Pack> pack = load_pack(*text, diagnostics, examples)) {
      loaded.packs.push_back(std::make_shared<const Pack>(*std::move(pack)));
    }
  }
  streams.err.write(render_faults(diagnostics, texts));
  loaded.complete = loaded.complete && !diagnostics.has_errors();
  return loaded;
}

std::string label_of(const Pack& pack, const std::string& named) {
  return pack.name == named ? named : fmt::format("{} ({})", pack.name, named);
}

}  // namespace plumbline
